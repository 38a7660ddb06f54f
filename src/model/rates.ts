import type { Rate } from './snapshot.ts';

/** Seconds of history that a meter keeps. */
export const historySeconds = 60;

const none: Rate = { in: 0, out: 0 };

/**
 * Turns a connection's byte counters, looked at now and then, into bytes per second.
 *
 * Bytes are sorted into buckets of one second. The live rate is the bytes of the last second, taken from the running
 * bucket and the part of the one before that is still within it (a sliding-window counter): it needs no list of
 * samples, rises at once, and is back at zero two seconds after the last byte. Bytes that came between two looks on
 * either side of a second's end are shared out by time.
 */
export class RateMeter {
  readonly #in = new Float64Array(historySeconds + 1);
  readonly #out = new Float64Array(historySeconds + 1);
  readonly #firstSecond: number;
  #second: number;
  #atMs: number;
  #bytesIn: number;
  #bytesOut: number;

  /** `atMs` and the counters at the start of the measurement; what was counted before does not enter the rates. */
  constructor(atMs: number, bytesIn: number, bytesOut: number) {
    this.#second = Math.floor(atMs / 1000);
    this.#firstSecond = this.#second;
    this.#atMs = atMs;
    this.#bytesIn = bytesIn;
    this.#bytesOut = bytesOut;
  }

  /** Enters the counters as they stand at `atMs` and returns the rate at that moment. Times must not go back. */
  observe(atMs: number, bytesIn: number, bytesOut: number): Rate {
    const earlier = this.#shareOfSecondBefore(atMs);
    this.#advance(atMs);
    const now = this.#second % this.#in.length;
    const before = (this.#second + this.#in.length - 1) % this.#in.length;
    const newIn = bytesIn - this.#bytesIn;
    const newOut = bytesOut - this.#bytesOut;
    this.#in[before] = (this.#in[before] ?? 0) + newIn * earlier;
    this.#out[before] = (this.#out[before] ?? 0) + newOut * earlier;
    this.#in[now] = (this.#in[now] ?? 0) + newIn * (1 - earlier);
    this.#out[now] = (this.#out[now] ?? 0) + newOut * (1 - earlier);
    this.#bytesIn = bytesIn;
    this.#bytesOut = bytesOut;
    this.#atMs = atMs;
    const rest = 1 - (atMs / 1000 - this.#second);
    const rateIn = (this.#in[now] ?? 0) + (this.#in[before] ?? 0) * rest;
    const rateOut = (this.#out[now] ?? 0) + (this.#out[before] ?? 0) * rest;
    return rateIn === 0 && rateOut === 0 ? none : { in: rateIn, out: rateOut };
  }

  /**
   * Bytes in each whole second of the last minute, oldest first, then the live rate as the newest value. Seconds from
   * before the first observation are left out.
   */
  history(atMs: number): readonly Rate[] {
    const live = this.observe(atMs, this.#bytesIn, this.#bytesOut);
    const from = Math.max(this.#firstSecond, this.#second - historySeconds + 1);
    const whole = Array.from({ length: this.#second - from }, (_, i) => {
      const at = (from + i) % this.#in.length;
      return { in: this.#in[at] ?? 0, out: this.#out[at] ?? 0 };
    });
    return [...whole, live];
  }

  /** The part of the time since the last look that lies in the second before: its share of the new bytes. */
  #shareOfSecondBefore(atMs: number): number {
    const second = Math.floor(atMs / 1000);
    return second === this.#second + 1 ? (second * 1000 - this.#atMs) / (atMs - this.#atMs) : 0;
  }

  #advance(atMs: number): void {
    const second = Math.floor(atMs / 1000);
    for (let next = Math.max(this.#second + 1, second - this.#in.length + 1); next <= second; next++) {
      this.#in[next % this.#in.length] = 0;
      this.#out[next % this.#in.length] = 0;
    }
    this.#second = Math.max(this.#second, second);
  }
}
