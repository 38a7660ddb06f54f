/**
 * The one time line of all threads: milliseconds of the system's monotonic clock. Setting the wall clock does not move
 * it, and a time taken in the worker compares with one taken in the main thread.
 *
 * `performance.now()` costs a third of `process.hrtime()` but counts from the start of its own thread, so the
 * difference is taken once.
 */
const [seconds, nanoseconds] = process.hrtime();
const offset = seconds * 1e3 + nanoseconds / 1e6 - performance.now();

/** Monotonic time in ms, fractions included. */
export const monotonicMs = (): number => performance.now() + offset;

/** Wall-clock time (ms since 1970) of a moment on the monotonic time line, as the wall clock stands now. */
export const wallClockMs = (atMs: number): number => Date.now() - (monotonicMs() - atMs);
