import type { Rate } from './snapshot.ts';

/** Seconds of history that a meter keeps. */
export const historySeconds = 60;

const none: Rate = { in: 0, out: 0 };

/** Bytes that moved in one second of the monotonic time line. */
interface Second {
  readonly second: number;
  in: number;
  out: number;
}

/**
 * Turns a connection's byte counters, looked at now and then, into bytes per second.
 *
 * Bytes are sorted into buckets of one second. The live rate is the bytes of the last second, taken from the running
 * bucket and the part of the one before that is still within it (a sliding-window counter): it needs no list of
 * samples, rises at once, and is back at zero two seconds after the last byte. Bytes that came between two looks on
 * either side of a second's end are shared out by time.
 */
export class RateMeter {
  /**
   * Seconds in which bytes moved, oldest first, of the last minute at most. Not a bucket for every second: thousands of
   * connections that spoke once have one each.
   */
  readonly #moved: Second[] = [];
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
    this.#second = Math.max(this.#second, Math.floor(atMs / 1000));
    const newIn = bytesIn - this.#bytesIn;
    const newOut = bytesOut - this.#bytesOut;
    if (newIn !== 0 || newOut !== 0) {
      if (earlier > 0) this.#add(this.#second - 1, newIn * earlier, newOut * earlier);
      this.#add(this.#second, newIn * (1 - earlier), newOut * (1 - earlier));
      while ((this.#moved[0]?.second ?? this.#second) < this.#second - historySeconds) this.#moved.shift();
    }
    this.#bytesIn = bytesIn;
    this.#bytesOut = bytesOut;
    this.#atMs = atMs;
    const rest = 1 - (atMs / 1000 - this.#second);
    let [rateIn, rateOut] = [0, 0];
    // The running second and the one before are the last two of the list, if they are in it.
    for (const moved of [this.#moved.at(-1), this.#moved.at(-2)]) {
      if (moved === undefined || moved.second < this.#second - 1) break;
      const part = moved.second === this.#second ? 1 : rest;
      rateIn += moved.in * part;
      rateOut += moved.out * part;
    }
    return rateIn === 0 && rateOut === 0 ? none : { in: rateIn, out: rateOut };
  }

  /**
   * Bytes in each whole second of the last minute, oldest first, then the live rate as the newest value. Seconds from
   * before the first observation are left out.
   */
  history(atMs: number): readonly Rate[] {
    const live = this.observe(atMs, this.#bytesIn, this.#bytesOut);
    const from = Math.max(this.#firstSecond, this.#second - historySeconds + 1);
    const whole: Rate[] = Array.from({ length: this.#second - from }, () => none);
    for (const moved of this.#moved)
      if (moved.second >= from && moved.second < this.#second)
        whole[moved.second - from] = { in: moved.in, out: moved.out };
    return [...whole, live];
  }

  /** The part of the time since the last look that lies in the second before: its share of the new bytes. */
  #shareOfSecondBefore(atMs: number): number {
    const second = Math.floor(atMs / 1000);
    return second === this.#second + 1 ? (second * 1000 - this.#atMs) / (atMs - this.#atMs) : 0;
  }

  #add(second: number, bytesIn: number, bytesOut: number): void {
    const last = this.#moved.at(-1);
    if (last?.second === second) {
      last.in += bytesIn;
      last.out += bytesOut;
    } else this.#moved.push({ second, in: bytesIn, out: bytesOut });
  }
}
