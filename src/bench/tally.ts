import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { isCorrupt, nameOf, type Trouble } from './trouble.ts';

/** Troubles of one name. */
export interface Troubles {
  readonly first: Trouble;
  readonly count: number;
}

/** The longest latency that is told from a longer one, ns: ten minutes. */
const longestNs = 600e9;

/** What is counted while a bench runs. Plain numbers: the connections add to them for each echo. */
export class Tally {
  roundTrips = 0;
  /** Bytes that came back and were what had been sent. */
  bytes = 0;
  errors = 0;
  corrupt = 0;
  /** Nanoseconds; three digits of each are right. */
  readonly latency: RecordableHistogram = createHistogram({ lowest: 1, highest: longestNs, figures: 3 });
  readonly #troubles = new Map<string, Troubles>();

  /** A time of none: the clock's step may be longer. */
  took(ms: number): void {
    this.latency.record(Math.min(Math.max(1, Math.round(ms * 1e6)), longestNs));
  }

  tell(trouble: Trouble): void {
    if (isCorrupt(trouble)) this.corrupt += 1;
    else this.errors += 1;
    const name = nameOf(trouble);
    const known = this.#troubles.get(name);
    this.#troubles.set(name, { first: known?.first ?? trouble, count: (known?.count ?? 0) + 1 });
  }

  get troubles(): readonly Troubles[] {
    return [...this.#troubles.values()];
  }
}
