import { performance } from 'node:perf_hooks';

/**
 * The one time line of all threads: milliseconds of the system's monotonic clock. Setting the wall clock does not move
 * it, and a time taken in the worker compares with one taken in the main thread.
 *
 * `performance.now()` costs a third of `process.hrtime()` but counts from the start of its own thread, so the
 * difference is taken once.
 */
const offset = differenceOfClocks();

function differenceOfClocks(): number {
  let best = { offset: 0, uncertainty: Number.POSITIVE_INFINITY };
  // A thread that is set aside between two looks sees them apart by milliseconds: the closest of some is taken.
  for (let attempt = 0; attempt < 20; attempt++) {
    const before = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const after = performance.now();
    const uncertainty = after - before;
    if (uncertainty < best.uncertainty)
      best = { offset: seconds * 1e3 + nanoseconds / 1e6 - (before + after) / 2, uncertainty };
  }
  return best.offset;
}

/** Monotonic time in ms, fractions included. */
export const monotonicMs = (): number => performance.now() + offset;

/** How far the wall clock may be from where it is taken to be, ms, before it is read anew. */
const toleranceMs = 2;

/**
 * Makes wall-clock times (ms since 1970) of moments on the monotonic time line, as the wall clock stands when it is
 * asked. `Date.now()` knows whole ms only: read anew for each moment, it would let two that follow each other swap their
 * times.
 */
export class WallClock {
  readonly #now: () => number;
  #offsetMs = Number.NaN;

  constructor(now = monotonicMs) {
    this.#now = now;
  }

  /** What is to be added to a monotonic time. */
  offsetMs(): number {
    const offsetMs = Date.now() - this.#now();
    if (!(Math.abs(offsetMs - this.#offsetMs) < toleranceMs)) this.#offsetMs = offsetMs;
    return this.#offsetMs;
  }

  of(atMs: number): number {
    return atMs + this.offsetMs();
  }
}
