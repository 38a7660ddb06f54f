import type { Socket } from 'node:net';
import type { Ends } from '../../memory/ledger/writer.ts';
import { resetTcp } from '../../net/client-socket.ts';
import type { Transport } from '../../text/endpoint.ts';
import type { Stream, StreamEvents, WriteResult } from './stream.ts';

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

/** A stream over a socket of net.Server. Node reads it into fresh memory each time. */
export class PlainStream implements Stream {
  readonly ends: Ends;
  readonly #socket: Socket;
  #events: StreamEvents | null = null;

  constructor(socket: Socket, transport: Transport) {
    const { remoteAddress: peerHost = '?', remotePort: peerPort = 0 } = socket;
    const { localAddress: localHost = '?', localPort = 0 } = socket;
    this.ends = { transport, peerHost, peerPort, localHost, localPort };
    this.#socket = socket;
    // Before `start`: without a listener an error would end the thread.
    socket.on('error', () => undefined);
  }

  get isOver(): boolean {
    return this.#socket.destroyed || this.#socket.errored !== null;
  }

  get isFinished(): boolean {
    return this.#socket.writableFinished;
  }

  get takenBytes(): number {
    return takenBytes(this.#socket);
  }

  setNoDelay(on: boolean): void {
    this.#socket.setNoDelay(on);
  }

  start(events: StreamEvents): void {
    this.#socket.on('end', () => events.peerFinished());
    this.#socket.on('finish', () => events.finished());
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
    this.#socket.end();
  }

  close(): void {
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  reset(): void {
    resetTcp(this.#socket);
  }
}
