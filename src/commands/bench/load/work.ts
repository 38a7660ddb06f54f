import { monotonicMs } from '../../../memory/clock.ts';
import type { Counters } from './counters.ts';

/** What was done within the time. */
export interface Work {
  readonly seconds: number;
  readonly roundTrips: number;
  readonly bytes: number;
  /** The share of it, 0 to 1, in which our own event loop did not wait for anything; of several threads the busiest one's. */
  readonly busy: number;
}

export const noWork: Work = { seconds: 0, roundTrips: 0, bytes: 0, busy: 0 };

/**
 * The work of several threads. Their time begins at once, and ends with that of the last. Of `busy` the highest counts: a
 * thread at its limit asks less of the server than it could serve, however idle the others are. A thread that ended early
 * was idle from then on.
 */
export const sumOfWork = (all: readonly Work[]): Work => {
  const max = (of: (work: Work) => number): number => Math.max(0, ...all.map(of));
  const sum = (of: (work: Work) => number): number => all.reduce((total, work) => total + of(work), 0);
  const seconds = max((work) => work.seconds);
  return {
    seconds,
    roundTrips: sum(({ roundTrips }) => roundTrips),
    bytes: sum(({ bytes }) => bytes),
    busy: seconds === 0 ? 0 : max((work) => work.busy * work.seconds) / seconds,
  };
};

/** Measures the work of one thread: what its counters gain within the time, and how busy its event loop is. */
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

  /** The time is over. Only the first call counts, also where the time never began. */
  end(): void {
    this.#work ??= this.work;
  }
}
