import type { RemoteInfo, Socket } from 'node:dgram';
import type { TapWriter } from '../../memory/tap.ts';
import type { Ownership, Stream } from '../transport/stream.ts';
import type { Stage, StreamEnd } from './stage.ts';

/**
 * Bytes handed to the kernel at once. After the peer's RST nobody can ask how much of a piece it took, so a piece bounds
 * what may stay uncounted then. It is as much as one read brings.
 */
const pieceBytes = 64 * 1024;

export interface OutgoingEvents {
  /** The kernel has taken so many more bytes, and with them the last byte of so many buffers. */
  sent(bytes: number, buffers: number): void;
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
  /** Bytes handed over, and those of them counted as sent. One piece at most lies between. */
  #handed = 0;
  #counted = 0;
  /** Whether that piece is the last one of its buffer. */
  #isLastPiece = true;
  #end: 'open' | StreamEnd = 'open';
  tap: TapWriter | null = null;

  constructor(stream: Stream, events: OutgoingEvents) {
    this.#stream = stream;
    this.#events = events;
  }

  /** Bytes that the kernel has not taken. */
  get held(): number {
    return this.#queued + this.underWay;
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
      this.#hand(bytes, true);
      return;
    }
    this.#queue.push(ownership === 'borrowed' ? new Uint8Array(bytes) : bytes);
    this.#queued += bytes.length;
    this.#pump();
  }

  end(end: StreamEnd): void {
    if (this.#end === 'open' || end === 'close') this.#end = end;
    this.#pump();
  }

  /** The stream is over by then, and takes nothing. */
  close(): void {}

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
    const bytes = taken - this.#counted;
    this.#counted = taken;
    this.#events.sent(bytes, taken === this.#handed && this.#isLastPiece ? 1 : 0);
  }

  #pump(): void {
    while (this.#counted === this.#handed && !this.#stream.isOver) {
      const [buffer] = this.#queue;
      if (buffer === undefined) break;
      const piece = buffer.subarray(this.#offset, this.#offset + pieceBytes);
      this.#offset += piece.length;
      this.#queued -= piece.length;
      const isLast = this.#offset === buffer.length;
      if (isLast) {
        this.#queue.shift();
        this.#offset = 0;
      }
      this.#hand(piece, isLast);
    }
    if (this.#queue.length > 0) return;
    if (this.#end === 'half-close') this.#stream.finish();
    if (this.#end === 'close') this.#stream.close();
  }

  #hand(piece: Uint8Array, isLast: boolean): void {
    const result = this.#stream.write(piece);
    if (result === 'failed') return;
    this.tap?.record('send', piece);
    this.#handed += piece.length;
    this.#isLastPiece = isLast;
    if (result === 'taken') {
      this.#counted = this.#handed;
      this.#events.sent(piece.length, isLast ? 1 : 0);
      return;
    }
    this.progress();
    this.#events.stalled(true);
  }
}

/** Bytes that may wait in a socket. Datagrams beyond are dropped, as UDP may lose any. */
const maxQueued = 4 << 20;

/** The last stage over UDP: sends each datagram to one peer. UDP has no window and no FIN, so it is never full. */
export class DatagramOutgoing implements Stage {
  readonly #socket: Socket;
  readonly #to: RemoteInfo;
  readonly #onSent: (bytes: number) => void;
  readonly #onError: (error: Error) => void;
  /** A datagram handed to the socket is sent or lost: nothing waits for the peer. */
  readonly held = 0;
  readonly isFull = false;
  #isOpen = true;
  /** Bytes handed to the socket. */
  #handed = 0;
  tap: TapWriter | null = null;

  /** `onSent`: the kernel has taken a datagram of so many bytes. It is not called after `close`. */
  constructor(socket: Socket, to: RemoteInfo, onSent: (bytes: number) => void, onError: (error: Error) => void) {
    this.#socket = socket;
    this.#to = to;
    this.#onSent = onSent;
    this.#onError = onError;
  }

  get handed(): number {
    return this.#handed;
  }

  take(bytes: Uint8Array, ownership: Ownership): void {
    if (!this.#isOpen || this.#socket.getSendQueueSize() > maxQueued) return;
    this.#handed += bytes.length;
    this.tap?.record('send', bytes);
    // The socket reads them later.
    const own = ownership === 'borrowed' ? new Uint8Array(bytes) : bytes;
    this.#socket.send(own, this.#to.port, this.#to.address, (error) => {
      if (error !== null) this.#onError(error);
      else if (this.#isOpen) this.#onSent(own.length);
    });
  }

  /** UDP has no FIN. */
  end(): void {}

  close(): void {
    this.#isOpen = false;
  }
}
