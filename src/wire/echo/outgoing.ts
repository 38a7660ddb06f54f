import type { TapWriter } from '../../memory/tap.ts';
import type { Stream } from '../transport/stream.ts';

/**
 * Bytes handed to the kernel at once. What it took of a piece when the peer's RST came can no longer be asked, so a
 * piece bounds what may stay uncounted then; it is as much as one read brings.
 */
const pieceBytes = 64 * 1024;

/** What an outgoing side tells. */
export interface OutgoingEvents {
  /** The kernel has taken so many more bytes, and with them the last of so many buffers. */
  sent(bytes: number, buffers: number): void;
  /** Whether the kernel does not take what is owed. */
  stalled(stalled: boolean): void;
}

/** What one connection is owed: buffers, and FIN behind them. Knows at every moment what the kernel has taken. */
export class Outgoing {
  readonly #stream: Stream;
  readonly #events: OutgoingEvents;
  /** Buffers not yet handed over in full, and how much of the first is. */
  readonly #queue: Uint8Array[] = [];
  #offset = 0;
  #queued = 0;
  /** Bytes handed over, and those of them told as sent. One piece at most lies between. */
  #handed = 0;
  #counted = 0;
  /** Whether that piece is the last of its buffer. */
  #whole = true;
  #last: 'open' | 'end' | 'close' = 'open';
  tap: TapWriter | null = null;

  constructor(stream: Stream, events: OutgoingEvents) {
    this.#stream = stream;
    this.#events = events;
  }

  /** True while the kernel has not taken all that was sent. */
  get owes(): boolean {
    return this.#counted < this.#handed || this.#queue.length > 0;
  }

  /** Bytes that wait to be handed over. */
  get queued(): number {
    return this.#queued;
  }

  /** Bytes handed over since the connection began. */
  get handed(): number {
    return this.#handed;
  }

  /**
   * Sends a buffer behind those before it. Nothing goes out any more behind our FIN. A `lent` buffer may be written
   * over as soon as this returns, unless its write waits; any other belongs to us now.
   */
  send(bytes: Uint8Array, lent = false): void {
    if (bytes.length === 0 || this.#stream.isOver || this.#last !== 'open') return;
    if (!this.owes && bytes.length <= pieceBytes) {
      this.#hand(bytes, true);
      return;
    }
    // It may be written over before its turn comes: another buffer is owed still.
    this.#queue.push(lent ? new Uint8Array(bytes) : bytes);
    this.#queued += bytes.length;
    this.#pump();
  }

  /** Half-closes behind all that is owed. */
  end(): void {
    if (this.#last === 'open') this.#last = 'end';
    this.#pump();
  }

  /** Closes behind all that is owed. */
  close(): void {
    this.#last = 'close';
    this.#pump();
  }

  /** The kernel has taken all that was handed to it. */
  taken(): void {
    this.progress();
    this.#pump();
    if (!this.owes) this.#events.stalled(false);
  }

  /** Tells what the kernel has taken meanwhile. */
  progress(): void {
    if (this.#stream.isOver) return;
    const taken = Math.min(this.#stream.takenBytes, this.#handed);
    if (taken <= this.#counted) return;
    const bytes = taken - this.#counted;
    this.#counted = taken;
    this.#events.sent(bytes, taken === this.#handed && this.#whole ? 1 : 0);
  }

  #pump(): void {
    while (this.#counted === this.#handed && !this.#stream.isOver) {
      const [buffer] = this.#queue;
      if (buffer === undefined) break;
      const piece = buffer.subarray(this.#offset, this.#offset + pieceBytes);
      this.#offset += piece.length;
      this.#queued -= piece.length;
      const whole = this.#offset === buffer.length;
      if (whole) {
        this.#queue.shift();
        this.#offset = 0;
      }
      this.#hand(piece, whole);
    }
    if (this.#queue.length > 0) return;
    if (this.#last === 'end') this.#stream.finish();
    if (this.#last === 'close') this.#stream.close();
  }

  #hand(piece: Uint8Array, whole: boolean): void {
    const became = this.#stream.write(piece);
    if (became === 'failed') return;
    this.tap?.record('send', piece);
    this.#handed += piece.length;
    this.#whole = whole;
    if (became === 'taken') {
      this.#counted = this.#handed;
      this.#events.sent(piece.length, whole ? 1 : 0);
      return;
    }
    this.progress();
    this.#events.stalled(true);
  }
}
