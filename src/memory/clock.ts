import { performance } from 'node:perf_hooks';

/**
 * From `performance.now()` to the system's monotonic clock, ms. `performance.now()` costs a third of `process.hrtime()`,
 * but counts from the start of its own thread.
 */
const offset = differenceOfClocks();

function differenceOfClocks(): number {
  let best = { offset: 0, uncertainty: Number.POSITIVE_INFINITY };
  // A thread that is suspended between two readings finds them milliseconds apart: the closest of 20 counts.
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

/**
 * Monotonic time in ms, fractions included: the same in all threads, and not moved when somebody sets the wall clock.
 */
export const monotonicMs = (): number => performance.now() + offset;

/** The wall clock is read anew when it is further from the expected time than this, ms. */
const toleranceMs = 2;

/**
 * Turns monotonic times into wall-clock times (ms since 1970), as the wall clock stands now. `Date.now()` counts whole
 * ms: read anew for each time, it could swap two that follow each other.
 */
export class WallClock {
  readonly #now: () => number;
  #offsetMs = Number.NaN;

  constructor(now = monotonicMs) {
    this.#now = now;
  }

  /** From monotonic to wall-clock time, ms. */
  offsetMs(): number {
    const offsetMs = Date.now() - this.#now();
    if (!(Math.abs(offsetMs - this.#offsetMs) < toleranceMs)) this.#offsetMs = offsetMs;
    return this.#offsetMs;
  }

  of(atMs: number): number {
    return atMs + this.offsetMs();
  }
}
