import { monotonicMs } from './clock.ts';

/** The fields of a fault that tell it from others. */
interface Kind {
  readonly stage: string;
  readonly code: string;
  readonly endpoint: { readonly transport: string; readonly host: string; readonly port: number };
  readonly peer?: string;
}

/** The same fault is reported once in this time, ms: EMFILE comes with every connection. */
const quietMs = 1000;

/** Different faults reported in that time: each of many peers could have its own. */
const maxFaults = 1000;

/** Reports the same fault once in a while. Each thread of the wire has one, and so has the main thread for all of them. */
export class FaultLimiter<Fault extends Kind> {
  readonly #report: (fault: Fault) => void;
  readonly #now: () => number;
  readonly #quietMs: number;
  /** When each was reported, monotonic ms, oldest first. */
  readonly #reportedAt = new Map<string, number>();

  constructor(report: (fault: Fault) => void, quiet = quietMs, now = monotonicMs) {
    this.#report = report;
    this.#now = now;
    this.#quietMs = quiet;
  }

  readonly report = (fault: Fault): void => {
    const now = this.#now();
    for (const [key, at] of this.#reportedAt) {
      if (now - at < this.#quietMs) break;
      this.#reportedAt.delete(key);
    }
    const { transport, host, port } = fault.endpoint;
    const key = `${fault.stage} ${fault.code} ${transport} ${host} ${port} ${fault.peer ?? ''}`;
    if (this.#reportedAt.has(key) || this.#reportedAt.size >= maxFaults) return;
    this.#reportedAt.set(key, now);
    this.#report(fault);
  };
}
