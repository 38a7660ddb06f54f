import type { OurEnd } from '../../memory/ledger/row.ts';
import type { Ends } from '../../memory/ledger/writer.ts';
import { hasUnread, type KernelState, kernelStateOf } from './kernel-state.ts';
import { StreamReadBuffer } from './read-buffers.ts';
import type { Stream, StreamEvents, WriteResult } from './stream.ts';
import {
  endOfFile,
  errorOf,
  notConnected,
  type Request,
  type StreamCalls,
  type StreamHandle,
} from './stream-handle.ts';

/**
 * Once both FINs are out, how long the acknowledgement of ours is waited for: pauses from 1 ms, each twice as long as the one
 * before, 2 s in all. On one machine it is there at once; over a network it takes a round trip.
 */
const maxPauseMs = 1024;

const nothing = (): undefined => undefined;
const emitClosed = (events: StreamEvents | null): void => events?.closed();

/** A request to use again: a write that the kernel takes at once does not keep its own. */
let spare: Request | null = null;

/**
 * A stream over the handle that net.Server and net.Socket would share, without either's objects. Beside plain sockets it
 * gives 1.4 times the bytes on 8 streams, in 88 MiB in place of 160, and a p99 of 1.4 ms in place of 1.9 in ping-pong.
 *
 * The calls and their order are those of net.Socket (Node, lib/net.js; libuv's documentation of uv_stream_t).
 */
export class RawStream implements Stream {
  readonly ends: Ends;
  readonly #handle: StreamHandle;
  readonly #calls: StreamCalls;
  #events: StreamEvents | null = null;
  readonly #readBuffer = new StreamReadBuffer();
  #isReading = false;
  #isWaiting = false;
  /** The peer's FIN was read. */
  #isEnded = false;
  #fin: 'none' | 'wanted' | 'asked' | 'sent' = 'none';
  #after: 'peer' | 'close' | 'reset' = 'peer';
  #isOver = false;
  #ourEnd: OurEnd = 'unknown';
  #pause: NodeJS.Timeout | undefined;

  constructor(handle: StreamHandle, ends: Ends, calls: StreamCalls) {
    this.#handle = handle;
    this.ends = ends;
    this.#calls = calls;
  }

  get descriptor(): number {
    return this.#handle.fd;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get isFinished(): boolean {
    return this.#fin === 'sent';
  }

  get ourEnd(): OurEnd {
    return this.#ourEnd;
  }

  get takenBytes(): number {
    return this.#handle.bytesWritten - this.#handle.writeQueueSize;
  }

  setNoDelay(on: boolean): void {
    this.#handle.setNoDelay(on);
  }

  start(events: StreamEvents): void {
    this.#events = events;
    this.#handle.onread = () => this.#onRead();
    // biome-ignore lint/correctness/useHookAtTopLevel: Node's name, not a hook of React.
    this.#handle.useUserBuffer(this.#readBuffer.first);
    this.read(true);
  }

  read(isWanted: boolean): void {
    if (this.#isOver || this.#isEnded || isWanted === this.#isReading) return;
    this.#isReading = isWanted;
    const status = isWanted ? this.#handle.readStart() : this.#handle.readStop();
    if (status < 0) this.#fail(status, 'read');
  }

  write(bytes: Uint8Array): WriteResult {
    if (this.#isOver) return 'failed';
    const request = spare ?? new this.#calls.WriteRequest();
    spare = null;
    const status = this.#handle.writeBuffer(request, bytes);
    if (status < 0) {
      this.#fail(status, 'write');
      return 'failed';
    }
    if (!this.#calls.waits()) {
      spare = request;
      return 'taken';
    }
    // The kernel took the rest between libuv's two attempts, so this request completes later with nothing to report. It must
    // not be taken for the completion of a later write.
    if (this.#handle.writeQueueSize === 0) {
      request.oncomplete = nothing;
      return 'taken';
    }
    this.#isWaiting = true;
    this.#readBuffer.keep(bytes);
    request.bytes = bytes;
    request.oncomplete = (result) => this.#onWritten(result);
    return 'waits';
  }

  finish(): void {
    if (this.#fin !== 'none' || this.#isOver) return;
    this.#fin = 'wanted';
    if (!this.#isWaiting) this.#shutdown();
  }

  close(): void {
    this.#after = 'close';
    if (this.#fin === 'sent') this.destroy();
    else this.finish();
  }

  destroy(): void {
    if (!this.#isOver) this.#conclude(this.#kernelState());
  }

  /** While a shutdown(2) is under way, libuv refuses RST (EINVAL, uv_tcp_close_reset): it waits a turn of the loop. */
  reset(): void {
    if (this.#fin === 'asked') {
      this.#after = 'reset';
      return;
    }
    if (!this.#isOver) this.#sendReset();
  }

  #onRead(): Uint8Array | undefined {
    const events = this.#events;
    if (this.#isOver || events === null) return undefined;
    const status = this.#calls.readStatus();
    if (status > 0) {
      events.received(this.#readBuffer.bytes(status), 'borrowed');
      return this.#readBuffer.next(status, !this.#isWaiting && !this.#isOver);
    }
    if (status === endOfFile) {
      this.#isEnded = true;
      events.peerFinished();
      if (this.#fin === 'sent') this.#settle(1);
    } else if (status < 0) this.#fail(status, 'read');
    return undefined;
  }

  #onWritten(status: number): void {
    if (this.#isOver) return;
    this.#isWaiting = false;
    if (status < 0) {
      this.#fail(status, 'write');
      return;
    }
    this.#events?.taken();
    if (this.#fin === 'wanted' && !this.#isWaiting && !this.#isOver) this.#shutdown();
  }

  #shutdown(): void {
    const request = new this.#calls.ShutdownRequest();
    this.#fin = 'asked';
    request.oncomplete = (status) => this.#onShutdown(status);
    const status = this.#handle.shutdown(request);
    if (status < 0) this.#onShutdown(status);
  }

  #onShutdown(status: number): void {
    if (this.#isOver) return;
    this.#fin = status < 0 ? 'none' : 'sent';
    if (status < 0) {
      // ENOTCONN: the peer's RST was first, and nothing of ours went out.
      const state = status === notConnected ? this.#kernelState() : status;
      this.#fail(typeof state === 'number' ? state : status, 'shutdown');
      return;
    }
    this.#events?.finished();
    if (this.#after === 'reset') this.reset();
    else if (this.#isEnded) this.#settle(1);
    else if (this.#after === 'close') this.destroy();
  }

  /** Both FINs are out: closes when ours is acknowledged, or at last without that. */
  #settle(pauseMs: number): void {
    if (this.#isOver) return;
    const state = this.#kernelState();
    if (state === 'open' && pauseMs <= maxPauseMs) this.#pause = setTimeout(() => this.#settle(2 * pauseMs), pauseMs);
    else this.#conclude(state);
  }

  #kernelState(): KernelState {
    return kernelStateOf(this.#handle, this.#fin === 'sent');
  }

  /** Closes, and notes what is known of our end. */
  #conclude(state: KernelState): void {
    if (typeof state === 'number') {
      this.#fail(state, 'close');
      return;
    }
    if (state === 'open' && !this.#isEnded && hasUnread(this.#handle)) {
      this.#sendReset();
      return;
    }
    if (state === 'over') this.#ourEnd = 'acknowledged';
    else if (state === 'open' && this.#fin === 'sent' && this.#isEnded) this.#ourEnd = 'unacknowledged';
    this.#close();
  }

  /** Asks right before: the peer's RST may come at any moment, and after it ours is not sent. */
  #sendReset(): void {
    const state = this.#kernelState();
    const isClosing = this.#handle.reset() >= 0;
    if (typeof state === 'number') this.#events?.failed(errorOf(state, 'close'));
    else if (state === 'over') this.#ourEnd = 'acknowledged';
    // Behind both FINs the kernel sends RST only where a part of ours has not gone out (tcp_disconnect).
    else if (this.#fin !== 'sent' || !this.#isEnded) this.#ourEnd = 'rst';
    this.#close(isClosing);
  }

  #close(isClosing = false): void {
    if (!this.#markOver()) return;
    if (!isClosing) this.#handle.close();
    this.#readBuffer.release();
  }

  #fail(status: number, syscall: string): void {
    if (this.#isOver) return;
    this.#events?.failed(errorOf(status, syscall));
    this.#close();
  }

  /**
   * False where it was over before. libuv closes the descriptor at once, so `closed` does not wait for its callback: V8
   * keeps a handle with a callback alive until a full collection.
   */
  #markOver(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#pause);
    this.#handle.onread = nothing;
    process.nextTick(emitClosed, this.#events);
    return true;
  }
}
