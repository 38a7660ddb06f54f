import type { Rate } from './snapshot.ts';

/** Seconds of history that are kept. */
export const historySeconds = 60;

const none: Rate = { in: 0, out: 0 };

/** Buckets of one second: the history, the running second, and one that is being reused. */
const bucketCount = historySeconds + 2;

/**
 * Turns samples of the byte counters of many connections into bytes per second. Each connection has an index from 0 on.
 *
 * Bytes go into buckets of one second. The live rate is the bytes of the last second: those of the running bucket, and
 * of the one before it the part that is still within that second (a sliding-window counter). It needs no list of
 * samples, rises at once, and is zero again two seconds after the last byte. Bytes of a sample that spans the end of a
 * second are shared out by time.
 *
 * Everything is in a few arrays of numbers, since under load every counter changes with every sample: ten thousand
 * objects would keep the garbage collector busy, and keys would wait for it. Buckets hold 32-bit floats: seven digits, of
 * which the screen shows four.
 */
export class Rates {
  #startMs: Float64Array;
  #bytesIn: Float64Array;
  #bytesOut: Float64Array;
  /** The second of the newest bucket. Buckets older than `bucketCount` seconds before it are invalid. */
  #newest: Int32Array;
  /** Bytes in and out of each bucket, connection by connection. */
  #buckets: Float32Array;
  /** When the last two samples were taken. */
  #previousMs: number;
  #atMs: number;
  #lastChangeSecond = -Infinity;
  /** The indices from 0 up to this are in use. */
  #count = 0;

  constructor(atMs: number, capacity = 1) {
    this.#previousMs = atMs;
    this.#atMs = atMs;
    this.#startMs = new Float64Array(capacity);
    this.#bytesIn = new Float64Array(capacity);
    this.#bytesOut = new Float64Array(capacity);
    this.#newest = new Int32Array(capacity);
    this.#buckets = new Float32Array(capacity * bucketCount * 2);
  }

  /** Whether every rate is zero until more bytes are counted. */
  get isIdle(): boolean {
    return this.#lastChangeSecond < Math.floor(this.#atMs / 1000) - 1;
  }

  /** Starts a connection, in place of any with its index before. Bytes it had by then do not count. */
  start(index: number, atMs: number, bytesIn = 0, bytesOut = 0): void {
    if (index >= this.#startMs.length) this.#grow();
    this.#count = Math.max(this.#count, index + 1);
    this.#startMs[index] = atMs;
    this.#bytesIn[index] = bytesIn;
    this.#bytesOut[index] = bytesOut;
    // So long ago that no bucket holds bytes of this connection.
    this.#newest[index] = Math.floor(atMs / 1000) - bucketCount;
  }

  /** Begins the sample of `atMs`, which must not be before the last one. */
  beginSample(atMs: number): void {
    this.#previousMs = this.#atMs;
    this.#atMs = atMs;
  }

  /** Adds the counters of one connection to the sample. */
  update(index: number, bytesIn: number, bytesOut: number): void {
    const newIn = bytesIn - (this.#bytesIn[index] ?? 0);
    const newOut = bytesOut - (this.#bytesOut[index] ?? 0);
    if (newIn === 0 && newOut === 0) return;
    this.#bytesIn[index] = bytesIn;
    this.#bytesOut[index] = bytesOut;
    const second = Math.floor(this.#atMs / 1000);
    const earlier = this.#shareOfSecondBefore(index, second);
    if (earlier > 0) this.#add(index, second - 1, newIn * earlier, newOut * earlier);
    this.#add(index, second, newIn * (1 - earlier), newOut * (1 - earlier));
    this.#lastChangeSecond = second;
  }

  /** Bytes per second of a connection at `atMs`, by default the last sample. */
  rate(index: number, atMs = this.#atMs): Rate {
    const second = Math.floor(atMs / 1000);
    const rest = 1 - (atMs / 1000 - second);
    const running = this.#bucket(index, second);
    const before = this.#bucket(index, second - 1);
    if (running === none && before === none) return none;
    return { in: running.in + before.in * rest, out: running.out + before.out * rest };
  }

  /**
   * Bytes in each whole second of the last minute, oldest first, then the live rate. Without seconds from before the
   * start; empty where no byte ever moved.
   */
  history(index: number, atMs: number): readonly Rate[] {
    const second = Math.floor(atMs / 1000);
    const first = Math.floor((this.#startMs[index] ?? 0) / 1000);
    if ((this.#newest[index] ?? 0) < first - 1) return [];
    const from = Math.max(first, second - historySeconds + 1);
    const whole = Array.from({ length: second - from }, (_, n) => this.#bucket(index, from + n));
    return [...whole, this.rate(index, atMs)];
  }

  /** A copy for `rate` and `history`, which later samples do not change. */
  copy(): Rates {
    const copy = new Rates(this.#atMs, 0);
    copy.#startMs = this.#startMs.slice(0, this.#count);
    copy.#newest = this.#newest.slice(0, this.#count);
    copy.#buckets = this.#buckets.slice(0, this.#count * bucketCount * 2);
    return copy;
  }

  #bucket(index: number, second: number): Rate {
    const newest = this.#newest[index] ?? 0;
    if (second > newest || second <= newest - bucketCount) return none;
    const at = this.#offset(index, second);
    const rate = { in: this.#buckets[at] ?? 0, out: this.#buckets[at + 1] ?? 0 };
    return rate.in === 0 && rate.out === 0 ? none : rate;
  }

  #add(index: number, second: number, bytesIn: number, bytesOut: number): void {
    const newest = this.#newest[index] ?? 0;
    for (let empty = Math.max(newest, second - bucketCount) + 1; empty <= second; empty++) {
      const at = this.#offset(index, empty);
      this.#buckets[at] = 0;
      this.#buckets[at + 1] = 0;
    }
    if (second > newest) this.#newest[index] = second;
    const at = this.#offset(index, second);
    this.#buckets[at] = (this.#buckets[at] ?? 0) + bytesIn;
    this.#buckets[at + 1] = (this.#buckets[at + 1] ?? 0) + bytesOut;
  }

  #offset(index: number, second: number): number {
    // A second may be negative: buckets reach back to before the clock's zero.
    return 2 * (index * bucketCount + ((second + bucketCount) % bucketCount));
  }

  /** The part of the time since the previous sample, or the start, that is in the second before. */
  #shareOfSecondBefore(index: number, second: number): number {
    const from = Math.max(this.#previousMs, this.#startMs[index] ?? 0);
    return Math.floor(from / 1000) === second - 1 ? (second * 1000 - from) / (this.#atMs - from) : 0;
  }

  #grow(): void {
    const copied = <T extends Float64Array | Float32Array | Int32Array>(array: T, made: T): T => {
      made.set(array);
      return made;
    };
    const capacity = Math.max(16, 2 * this.#startMs.length);
    this.#startMs = copied(this.#startMs, new Float64Array(capacity));
    this.#bytesIn = copied(this.#bytesIn, new Float64Array(capacity));
    this.#bytesOut = copied(this.#bytesOut, new Float64Array(capacity));
    this.#newest = copied(this.#newest, new Int32Array(capacity));
    this.#buckets = copied(this.#buckets, new Float32Array(capacity * bucketCount * 2));
  }
}
