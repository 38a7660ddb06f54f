import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { monotonicMs } from '../../../memory/clock.ts';
import { isCorrupt, kindOf, type LoadFailure } from './failure.ts';

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

/** Failures of one kind. */
export interface FailureCount {
  readonly first: LoadFailure;
  /** When the first happened, on the common clock of all threads. */
  readonly firstMs: number;
  readonly count: number;
}

export interface Counts {
  readonly roundTrips: number;
  /** Bytes that came back and were what had been sent. */
  readonly bytes: number;
  readonly errors: number;
  readonly corrupt: number;
}

export const noCounts: Counts = { roundTrips: 0, bytes: 0, errors: 0, corrupt: 0 };

export const sumOfCounts = (all: readonly Counts[]): Counts =>
  all.reduce(
    (sum, { roundTrips, bytes, errors, corrupt }) => ({
      roundTrips: sum.roundTrips + roundTrips,
      bytes: sum.bytes + bytes,
      errors: sum.errors + errors,
      corrupt: sum.corrupt + corrupt,
    }),
    noCounts,
  );

/** The contents of Counters, as they cross threads. */
export interface CountersData {
  readonly counts: Counts;
  /** Not copied: both threads see the same one. */
  readonly latency: RecordableHistogram;
  readonly failures: readonly FailureCount[];
}

/** Longer latencies count as this one, ns: ten minutes. */
const maxNs = 600e9;

/** The counters of a bench. Plain numbers, because the connections add to them for each echo. */
export class Counters implements CountersData {
  roundTrips = 0;
  bytes = 0;
  errors = 0;
  corrupt = 0;
  /** Nanoseconds, exact to three digits. */
  readonly latency: RecordableHistogram = createHistogram({ lowest: 1, highest: maxNs, figures: 3 });
  readonly #failures = new Map<string, FailureCount>();

  /** 0 ms counts as 1 ns: the clock's step may be longer than a round trip, and a histogram has no 0. */
  recordLatency(ms: number): void {
    this.latency.record(Math.min(Math.max(1, Math.round(ms * 1e6)), maxNs));
  }

  fail(failure: LoadFailure): void {
    if (isCorrupt(failure)) this.corrupt += 1;
    else this.errors += 1;
    this.#addFailures({ first: failure, firstMs: monotonicMs(), count: 1 });
  }

  get counts(): Counts {
    const { roundTrips, bytes, errors, corrupt } = this;
    return { roundTrips, bytes, errors, corrupt };
  }

  /** The earliest first. */
  get failures(): readonly FailureCount[] {
    return [...this.#failures.values()].sort((one, other) => one.firstMs - other.firstMs);
  }

  /** Adds the counters of another thread. */
  add({ counts, latency, failures }: CountersData): void {
    this.roundTrips += counts.roundTrips;
    this.bytes += counts.bytes;
    this.errors += counts.errors;
    this.corrupt += counts.corrupt;
    this.latency.add(latency);
    for (const some of failures) this.#addFailures(some);
  }

  #addFailures(some: FailureCount): void {
    const kind = kindOf(some.first);
    const known = this.#failures.get(kind);
    if (known === undefined) {
      this.#failures.set(kind, some);
      return;
    }
    const { first, firstMs } = some.firstMs < known.firstMs ? some : known;
    this.#failures.set(kind, { first, firstMs, count: known.count + some.count });
  }
}
