import type { Rate } from './snapshot.ts';

/** Seconds of history that are kept. */
export const historySeconds = 60;

const none: Rate = { in: 0, out: 0 };

/** Buckets of one second: the history, the running second, and one that is being taken again. */
const buckets = historySeconds + 2;

/**
 * Turns byte counters of many connections, looked at now and then, into bytes per second. Each has a number from 0 on.
 *
 * Bytes are sorted into buckets of one second. The live rate is the bytes of the last second, taken from the running
 * bucket and the part of the one before that is still within it (a sliding-window counter): it needs no list of
 * samples, rises at once, and is back at zero two seconds after the last byte. Bytes that came between two looks on
 * either side of a second's end are shared out by time.
 *
 * All of it lies in a few arrays of numbers, since under load every counter moves at every look: objects for ten
 * thousand of them would be work for the garbage collector, of which keys would have to wait. Buckets hold 32-bit floats:
 * seven digits, of which people see four.
 */
export class Rates {
  #startMs: Float64Array;
  #bytesIn: Float64Array;
  #bytesOut: Float64Array;
  /** The second of the newest bucket; those behind it that are older than a minute hold anything. */
  #newest: Int32Array;
  /** In and out of each bucket, one connection behind the other. */
  #moved: Float32Array;
  /** The last two looks. */
  #beforeMs: number;
  #atMs: number;
  #lastMove = -Infinity;
  /** Numbers in use: those from 0 up to this. */
  #used = 0;

  constructor(atMs: number, capacity = 1) {
    this.#beforeMs = atMs;
    this.#atMs = atMs;
    this.#startMs = new Float64Array(capacity);
    this.#bytesIn = new Float64Array(capacity);
    this.#bytesOut = new Float64Array(capacity);
    this.#newest = new Int32Array(capacity);
    this.#moved = new Float32Array(capacity * buckets * 2);
  }

  /** Whether every rate is zero, and stays so until more is counted. */
  get isStill(): boolean {
    return this.#lastMove < Math.floor(this.#atMs / 1000) - 1;
  }

  /** Begins with a connection, in place of any that had its number; what was counted before does not enter the rates. */
  begin(one: number, atMs: number, bytesIn = 0, bytesOut = 0): void {
    if (one >= this.#startMs.length) this.#grow();
    this.#used = Math.max(this.#used, one + 1);
    this.#startMs[one] = atMs;
    this.#bytesIn[one] = bytesIn;
    this.#bytesOut[one] = bytesOut;
    // As long ago as all buckets reach: none of them is of this connection.
    this.#newest[one] = Math.floor(atMs / 1000) - buckets;
  }

  /** From now on counters are entered as they stand at `atMs`. Times must not go back. */
  look(atMs: number): void {
    this.#beforeMs = this.#atMs;
    this.#atMs = atMs;
  }

  /** Enters the counters of one connection. */
  enter(one: number, bytesIn: number, bytesOut: number): void {
    const newIn = bytesIn - (this.#bytesIn[one] ?? 0);
    const newOut = bytesOut - (this.#bytesOut[one] ?? 0);
    if (newIn === 0 && newOut === 0) return;
    this.#bytesIn[one] = bytesIn;
    this.#bytesOut[one] = bytesOut;
    const second = Math.floor(this.#atMs / 1000);
    const earlier = this.#shareOfSecondBefore(one, second);
    if (earlier > 0) this.#add(one, second - 1, newIn * earlier, newOut * earlier);
    this.#add(one, second, newIn * (1 - earlier), newOut * (1 - earlier));
    this.#lastMove = second;
  }

  /** Bytes per second of one connection at `atMs`, by default the last look. */
  rate(one: number, atMs = this.#atMs): Rate {
    const second = Math.floor(atMs / 1000);
    const rest = 1 - (atMs / 1000 - second);
    const running = this.#bucket(one, second);
    const before = this.#bucket(one, second - 1);
    if (running === none && before === none) return none;
    return { in: running.in + before.in * rest, out: running.out + before.out * rest };
  }

  /**
   * Bytes in each whole second of the last minute, oldest first, then the live rate as the newest value. Seconds from
   * before the beginning are left out; nothing where no byte ever moved.
   */
  history(one: number, atMs: number): readonly Rate[] {
    const second = Math.floor(atMs / 1000);
    const first = Math.floor((this.#startMs[one] ?? 0) / 1000);
    if ((this.#newest[one] ?? 0) < first - 1) return [];
    const from = Math.max(first, second - historySeconds + 1);
    const whole = Array.from({ length: second - from }, (_, place) => this.#bucket(one, from + place));
    return [...whole, this.rate(one, atMs)];
  }

  /** A copy that stays as it is. */
  keep(): Rates {
    const kept = new Rates(this.#atMs, 0);
    kept.#startMs = this.#startMs.slice(0, this.#used);
    kept.#newest = this.#newest.slice(0, this.#used);
    kept.#moved = this.#moved.slice(0, this.#used * buckets * 2);
    return kept;
  }

  #bucket(one: number, second: number): Rate {
    const newest = this.#newest[one] ?? 0;
    if (second > newest || second <= newest - buckets) return none;
    const at = this.#place(one, second);
    const rate = { in: this.#moved[at] ?? 0, out: this.#moved[at + 1] ?? 0 };
    return rate.in === 0 && rate.out === 0 ? none : rate;
  }

  #add(one: number, second: number, bytesIn: number, bytesOut: number): void {
    const newest = this.#newest[one] ?? 0;
    for (let empty = Math.max(newest, second - buckets) + 1; empty <= second; empty++) {
      const at = this.#place(one, empty);
      this.#moved[at] = 0;
      this.#moved[at + 1] = 0;
    }
    if (second > newest) this.#newest[one] = second;
    const at = this.#place(one, second);
    this.#moved[at] = (this.#moved[at] ?? 0) + bytesIn;
    this.#moved[at + 1] = (this.#moved[at + 1] ?? 0) + bytesOut;
  }

  #place(one: number, second: number): number {
    // Buckets reach back to before the clock began.
    return 2 * (one * buckets + ((second + buckets) % buckets));
  }

  /** The part of the time since the last look, or the beginning, that lies in the second before. */
  #shareOfSecondBefore(one: number, second: number): number {
    const from = Math.max(this.#beforeMs, this.#startMs[one] ?? 0);
    return Math.floor(from / 1000) === second - 1 ? (second * 1000 - from) / (this.#atMs - from) : 0;
  }

  #grow(): void {
    const longer = <T extends Float64Array | Float32Array | Int32Array>(array: T, made: T): T => {
      made.set(array);
      return made;
    };
    const capacity = Math.max(16, 2 * this.#startMs.length);
    this.#startMs = longer(this.#startMs, new Float64Array(capacity));
    this.#bytesIn = longer(this.#bytesIn, new Float64Array(capacity));
    this.#bytesOut = longer(this.#bytesOut, new Float64Array(capacity));
    this.#newest = longer(this.#newest, new Int32Array(capacity));
    this.#moved = longer(this.#moved, new Float32Array(capacity * buckets * 2));
  }
}
