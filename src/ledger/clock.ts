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

/** Wall-clock time (ms since 1970) of a moment on the monotonic time line, as the wall clock stands now. */
export const wallClockMs = (atMs: number): number => Date.now() - (monotonicMs() - atMs);
