import type { Socket } from 'node:net';
import type { OurEnd } from '../../memory/ledger/row.ts';
import type { Ends } from '../../memory/ledger/writer.ts';
import { resetTcp } from '../../net/client-socket.ts';
import { type Transport, unknownHost } from '../../text/endpoint.ts';
import { hasUnread, isAskable, type KernelState, kernelStateOf } from './kernel-state.ts';
import type { Stream, StreamEvents, WriteResult } from './stream.ts';
import { errorOf } from './stream-handle.ts';

/** A number on a socket's private handle; null where this Node has none. */
const handleNumber = (socket: Socket, name: string): number | null => {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  const value: unknown = Reflect.get(handle, name);
  return typeof value === 'number' ? value : null;
};

/**
 * Bytes that the kernel has taken from a socket since it was opened.
 *
 * Node's public numbers count a buffer as waiting until its last byte is taken. The private handle has libuv's numbers:
 * bytes handed over, less those in its queue, which shrinks with every partial send. Without them bytes are counted a
 * buffer at a time.
 */
const takenBytes = (socket: Socket): number => {
  const handed = handleNumber(socket, 'bytesWritten');
  const queued = handleNumber(socket, 'writeQueueSize');
  if (handed === null || queued === null) return socket.bytesWritten - socket.writableLength;
  return handed - queued;
};

const nothing = new Uint8Array(0);

/**
 * A stream over a socket of net.Server. Node reads it into fresh memory each time.
 *
 * Node takes a shutdown that failed for one that succeeded, and closes as soon as both FINs are out. So what is asked of the
 * kernel finds a peer's RST where it can, but never that our FIN was acknowledged.
 */
export class PlainStream implements Stream {
  readonly ends: Ends;
  readonly #socket: Socket;
  #events: StreamEvents | null = null;
  #ourEnd: OurEnd = 'unknown';
  #isEnded = false;
  #isClosing = false;

  constructor(socket: Socket, transport: Transport) {
    const { remoteAddress: peerHost = unknownHost, remotePort: peerPort = 0 } = socket;
    const { localAddress: localHost = unknownHost, localPort = 0 } = socket;
    this.ends = { transport, peerHost, peerPort, localHost, localPort };
    this.#socket = socket;
    // Before `start`: without a listener an error would end the thread.
    socket.on('error', () => undefined);
  }

  get descriptor(): number {
    return handleNumber(this.#socket, 'fd') ?? -1;
  }

  get isOver(): boolean {
    return this.#socket.destroyed || this.#socket.errored !== null;
  }

  get isFinished(): boolean {
    return this.#socket.writableFinished;
  }

  get ourEnd(): OurEnd {
    return this.#ourEnd;
  }

  get takenBytes(): number {
    return takenBytes(this.#socket);
  }

  setNoDelay(on: boolean): void {
    this.#socket.setNoDelay(on);
  }

  start(events: StreamEvents): void {
    this.#socket.on('end', () => {
      this.#isEnded = true;
      events.peerFinished();
    });
    this.#socket.on('finish', () => {
      events.finished();
      if (this.#isEnded) this.#failed();
      else if (this.#isClosing) this.destroy();
    });
    this.#socket.on('error', (error) => events.failed(error));
    this.#socket.on('close', () => events.closed());
    this.#socket.on('data', (bytes: Buffer) => events.received(bytes, 'owned'));
    this.#events = events;
  }

  read(isWanted: boolean): void {
    if (isWanted) this.#socket.resume();
    else this.#socket.pause();
  }

  write(bytes: Uint8Array): WriteResult {
    this.#socket.write(bytes);
    // A write that failed at once: Node counts nothing as waiting then, but the kernel took nothing.
    if (this.#socket.errored !== null) return 'failed';
    if (this.#socket.writableLength === 0) return 'taken';
    // 'drain' comes only above the high-water mark. An empty write behind the piece always calls back.
    this.#socket.write(nothing, (error) => {
      if (error === undefined || error === null) this.#events?.taken();
    });
    return 'waits';
  }

  finish(): void {
    if (this.#socket.writableEnded) return;
    if (this.#socket.writableLength > 0 || !this.#failed()) this.#socket.end();
  }

  close(): void {
    this.#isClosing = true;
    if (this.#socket.writableFinished) this.destroy();
    else this.finish();
  }

  destroy(): void {
    if (this.isOver || this.#failed()) return;
    const handle = this.#handle;
    if (!this.#isEnded && isAskable(handle) && hasUnread(handle)) this.#reset();
    else this.#socket.destroy();
  }

  reset(): void {
    if (!this.isOver) this.#reset();
  }

  #reset(): void {
    const handle = this.#handle;
    // Asked at the moment at which Node calls it: the peer's RST may come before, and after it ours is not sent.
    if (isAskable(handle)) {
      const reset: unknown = Reflect.get(handle, 'reset');
      Reflect.set(handle, 'reset', (...args: readonly unknown[]): unknown => {
        this.#noteReset();
        return typeof reset === 'function' ? Reflect.apply(reset, handle, args) : 0;
      });
    }
    resetTcp(this.#socket);
  }

  /** Behind both FINs the kernel sends RST only where a part of ours has not gone out. */
  #noteReset(): void {
    const state = this.#kernelState;
    if (typeof state === 'number') this.#events?.failed(errorOf(state, 'close'));
    else if (state !== 'over' && !(this.#isEnded && this.#socket.writableEnded)) this.#ourEnd = 'rst';
  }

  get #handle(): unknown {
    return Reflect.get(this.#socket, '_handle');
  }

  get #kernelState(): KernelState {
    const handle = this.#handle;
    return isAskable(handle) ? kernelStateOf(handle, this.#socket.writableEnded) : 'unknown';
  }

  /** True where the peer's RST, or a failure, has ended it: it then closes with that error. */
  #failed(): boolean {
    const state = this.#kernelState;
    if (typeof state === 'number') this.#socket.destroy(errorOf(state, 'shutdown'));
    return typeof state === 'number';
  }
}
