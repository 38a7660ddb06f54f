import type { RemoteInfo, Socket } from 'node:dgram';
import { releaseMemory } from '../../memory/mapped-memory.ts';
import type { Ownership, Stream } from '../transport/stream.ts';
import type { Stage, StreamEnd } from './stage.ts';

/**
 * Bytes handed to the kernel at once. After the peer's RST nobody can ask how much of a piece it took, so a piece bounds
 * what may stay uncounted then. It is as much as one read brings.
 */
const pieceBytes = 64 * 1024;

const nothing = new Uint8Array(0);

export interface OutgoingEvents {
  /** The kernel has taken the bytes `from` to `to` of a piece, and with them the last byte of so many buffers. */
  sent(piece: Uint8Array, from: number, to: number, buffers: number): void;
  /** Whether the kernel does not take what is owed. */
  stalled(stalled: boolean): void;
}

/** The last stage over a stream: buffers, and FIN behind them. Knows at every moment what the kernel has taken. */
export class Outgoing implements Stage {
  readonly #stream: Stream;
  readonly #events: OutgoingEvents;
  /** Buffers not yet handed over in full, and how much of the first one is. */
  readonly #queue: Uint8Array[] = [];
  #offset = 0;
  #queued = 0;
  /** Memory of the buffers in the queue, and the buffer whose last piece is under way: any piece keeps all of it. */
  #queuedMemory = 0;
  #last: Uint8Array | null = null;
  /** Bytes handed over, and those of them counted as sent. One piece at most lies between. */
  #handed = 0;
  #counted = 0;
  /** That piece. */
  #piece: Uint8Array = nothing;
  #end: 'open' | StreamEnd = 'open';

  constructor(stream: Stream, events: OutgoingEvents) {
    this.#stream = stream;
    this.#events = events;
  }

  /** Bytes that the kernel has not taken. */
  get held(): number {
    return this.#queued + this.underWay;
  }

  get memory(): number {
    return this.#queuedMemory + (this.#last?.buffer.byteLength ?? 0);
  }

  get isFull(): boolean {
    return this.held > 0;
  }

  /** Bytes handed over that the kernel has not taken: one piece at most. */
  get underWay(): number {
    return this.#handed - this.#counted;
  }

  /** Bytes handed over since the connection began. */
  get handed(): number {
    return this.#handed;
  }

  /** Sends a buffer behind those before it; none behind our FIN. */
  take(bytes: Uint8Array, ownership: Ownership): void {
    if (bytes.length === 0 || this.#stream.isOver || this.#end !== 'open') return;
    // The stream keeps borrowed bytes as they are while a write of them waits (Stream.write).
    if (this.held === 0 && bytes.length <= pieceBytes) {
      this.#hand(bytes, bytes, ownership);
      return;
    }
    const own = ownership === 'borrowed' ? new Uint8Array(bytes) : bytes;
    this.#queue.push(own);
    this.#queued += own.length;
    this.#queuedMemory += own.buffer.byteLength;
    this.#pump();
  }

  end(end: StreamEnd): void {
    if (this.#end === 'open' || end === 'close') this.#end = end;
    this.#pump();
  }

  /** The stream is over by then, and takes nothing. */
  close(): void {
    this.#piece = nothing;
    this.#releaseLast();
    for (const bytes of this.#queue.splice(0)) releaseMemory(bytes);
    this.#queuedMemory = 0;
  }

  /** The kernel has taken all that was handed to it. */
  taken(): void {
    this.progress();
    this.#pump();
    if (!this.isFull) this.#events.stalled(false);
  }

  /** Counts what the kernel has taken since the last time. */
  progress(): void {
    if (this.#stream.isOver) return;
    const taken = Math.min(this.#stream.takenBytes, this.#handed);
    if (taken <= this.#counted) return;
    const [piece, isWhole] = [this.#piece, taken === this.#handed];
    const start = this.#handed - piece.length;
    const from = this.#counted - start;
    this.#counted = taken;
    // In this order: released memory has nothing to read any more.
    this.#events.sent(piece, from, taken - start, isWhole && this.#last !== null ? 1 : 0);
    if (!isWhole) return;
    this.#piece = nothing;
    this.#releaseLast();
  }

  /** The last piece of a buffer was taken. */
  #releaseLast(): void {
    if (this.#last === null) return;
    releaseMemory(this.#last);
    this.#last = null;
  }

  #pump(): void {
    while (this.#counted === this.#handed && !this.#stream.isOver) {
      const [buffer] = this.#queue;
      if (buffer === undefined) break;
      const piece = buffer.subarray(this.#offset, this.#offset + pieceBytes);
      this.#offset += piece.length;
      this.#queued -= piece.length;
      if (this.#offset === buffer.length) {
        this.#queue.shift();
        this.#offset = 0;
        this.#queuedMemory -= buffer.buffer.byteLength;
      }
      this.#hand(piece, this.#offset === 0 ? buffer : null, 'owned');
    }
    if (this.#queue.length > 0) return;
    if (this.#end === 'half-close') this.#stream.finish();
    if (this.#end === 'close') this.#stream.close();
  }

  /** `last`: the buffer that ends with this piece. */
  #hand(piece: Uint8Array, last: Uint8Array | null, ownership: Ownership): void {
    const { length } = piece;
    const result = this.#stream.write(piece);
    if (result === 'failed') return;
    this.#handed += length;
    if (result === 'taken') {
      this.#counted = this.#handed;
      this.#events.sent(piece, 0, length, last === null ? 0 : 1);
      if (last !== null && ownership === 'owned') releaseMemory(last);
      return;
    }
    this.#piece = piece;
    // Borrowed memory has become ours with the wait (Stream.write).
    this.#last = last;
    this.progress();
    this.#events.stalled(true);
  }
}

/** Bytes that may wait in a socket. Datagrams beyond are dropped, as UDP may lose any. */
const maxQueued = 4 << 20;

/** Counts the datagrams that wait in sockets (see server/memory-limit.ts). */
export interface DatagramMemory {
  readonly hasRoom: boolean;
  /** So many bytes more wait, or less. */
  add(bytes: number): void;
}

/** The last stage over UDP: sends each datagram to one peer. UDP has no window and no FIN, so it is never full. */
export class DatagramOutgoing implements Stage {
  readonly #socket: Socket;
  readonly #to: RemoteInfo;
  readonly #onSent: (bytes: Uint8Array) => void;
  readonly #onError: (error: Error) => void;
  readonly #waiting: DatagramMemory;
  /** A datagram handed to the socket is sent or lost: nothing waits for the peer. */
  readonly held = 0;
  readonly memory = 0;
  readonly isFull = false;
  #isOpen = true;
  /** Bytes handed to the socket. */
  #handed = 0;

  /** `onSent`: the kernel has taken a datagram. It is not called after `close`. */
  constructor(
    socket: Socket,
    to: RemoteInfo,
    waiting: DatagramMemory,
    onSent: (bytes: Uint8Array) => void,
    onError: (error: Error) => void,
  ) {
    this.#socket = socket;
    this.#to = to;
    this.#waiting = waiting;
    this.#onSent = onSent;
    this.#onError = onError;
  }

  get handed(): number {
    return this.#handed;
  }

  take(bytes: Uint8Array, ownership: Ownership): void {
    const queued = this.#socket.getSendQueueSize();
    if (!this.#isOpen || queued > maxQueued || (queued > 0 && !this.#waiting.hasRoom)) return;
    this.#handed += bytes.length;
    // The socket reads them later.
    const own = ownership === 'borrowed' ? new Uint8Array(bytes) : bytes;
    // Where nothing waits before it the kernel takes it at once, or drops it.
    const memory = queued > 0 ? own.buffer.byteLength : 0;
    if (memory > 0) this.#waiting.add(memory);
    this.#socket.send(own, this.#to.port, this.#to.address, (error) => {
      if (memory > 0) this.#waiting.add(-memory);
      if (error !== null) this.#onError(error);
      else if (this.#isOpen) this.#onSent(own);
    });
  }

  /** UDP has no FIN. */
  end(): void {}

  close(): void {
    this.#isOpen = false;
  }
}
