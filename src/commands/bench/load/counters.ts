import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { monotonicMs } from '../../../memory/clock.ts';
import { isCorrupt, kindOf, type LoadFailure } from './failure.ts';

/** Troubles of one name. */
export interface FailureCount {
  readonly first: LoadFailure;
  /** When that was, on the common clock of all threads. */
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

/** All that a counters holds, as it crosses threads. */
export interface CountersData {
  readonly counts: Counts;
  /** Not copied when it crosses: both threads see the same one. */
  readonly latency: RecordableHistogram;
  readonly failures: readonly FailureCount[];
}

/** The longest latency that is told from a longer one, ns: ten minutes. */
const longestNs = 600e9;

/** What is counted while a bench runs. Plain numbers: the connections add to them for each echo. */
export class Counters implements CountersData {
  roundTrips = 0;
  bytes = 0;
  errors = 0;
  corrupt = 0;
  /** Nanoseconds; three digits of each are right. */
  readonly latency: RecordableHistogram = createHistogram({ lowest: 1, highest: longestNs, figures: 3 });
  readonly #failures = new Map<string, FailureCount>();

  /** A time of none: the clock's step may be longer. */
  recordLatency(ms: number): void {
    this.latency.record(Math.min(Math.max(1, Math.round(ms * 1e6)), longestNs));
  }

  fail(failure: LoadFailure): void {
    if (isCorrupt(failure)) this.corrupt += 1;
    else this.errors += 1;
    this.#note({ first: failure, firstMs: monotonicMs(), count: 1 });
  }

  get counts(): Counts {
    const { roundTrips, bytes, errors, corrupt } = this;
    return { roundTrips, bytes, errors, corrupt };
  }

  /** Those that came first come first. */
  get failures(): readonly FailureCount[] {
    return [...this.#failures.values()].sort((one, other) => one.firstMs - other.firstMs);
  }

  /** Counts what another thread has counted. */
  add({ counts, latency, failures }: CountersData): void {
    this.roundTrips += counts.roundTrips;
    this.bytes += counts.bytes;
    this.errors += counts.errors;
    this.corrupt += counts.corrupt;
    this.latency.add(latency);
    for (const some of failures) this.#note(some);
  }

  #note(some: FailureCount): void {
    const name = kindOf(some.first);
    const known = this.#failures.get(name);
    if (known === undefined) {
      this.#failures.set(name, some);
      return;
    }
    const { first, firstMs } = some.firstMs < known.firstMs ? some : known;
    this.#failures.set(name, { first, firstMs, count: known.count + some.count });
  }
}
