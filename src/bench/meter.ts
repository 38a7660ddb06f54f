import { monotonicMs } from '../ledger/clock.ts';
import { noWork, type Work } from './result.ts';
import type { Counters } from './tally.ts';

/** Tells what of a thread's counters was done within the time, and how busy the thread was. */
export class WorkMeter {
  readonly #counters: Counters;
  #startMs: number | null = null;
  #loop = performance.eventLoopUtilization();
  #work: Work | null = null;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Up to now, or to the end. */
  get work(): Work {
    if (this.#work !== null) return this.#work;
    if (this.#startMs === null) return noWork;
    const { roundTrips, bytes } = this.#counters;
    const { utilization: busy } = performance.eventLoopUtilization(this.#loop);
    return { seconds: (monotonicMs() - this.#startMs) / 1000, roundTrips, bytes, busy };
  }

  /** `atMs`: when the time begins for all threads, on their common clock. */
  start(atMs: number): void {
    this.#startMs = atMs;
    this.#loop = performance.eventLoopUtilization();
  }

  /** The time is over; that of a meter that was never started, too. Only the first end counts. */
  end(): void {
    this.#work ??= this.work;
  }
}
