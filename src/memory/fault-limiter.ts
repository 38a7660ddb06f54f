import { monotonicMs } from './clock.ts';

/** What two faults have in common where they are the same. */
interface Kind {
  readonly stage: string;
  readonly code: string;
  readonly endpoint: { readonly transport: string; readonly host: string; readonly port: number };
  readonly peer?: string;
}

/** The same fault is told once in this time, ms: EMFILE comes with every connection. */
const quietMs = 1000;

/** Different ones told in that time; a flood of peers could have a fault for each of them. */
const maxFaults = 1000;

/** Passes faults on, each kind once in a while. Both sides have one: each thread of the wire, and who hears them all. */
export class FaultLimiter<Fault extends Kind> {
  readonly #tell: (fault: Fault) => void;
  readonly #now: () => number;
  readonly #quietMs: number;
  /** In the order in which they were told. */
  readonly #toldAt = new Map<string, number>();

  constructor(report: (fault: Fault) => void, quiet = quietMs, now = monotonicMs) {
    this.#tell = report;
    this.#now = now;
    this.#quietMs = quiet;
  }

  readonly tell = (fault: Fault): void => {
    const now = this.#now();
    for (const [key, at] of this.#toldAt) {
      if (now - at < this.#quietMs) break;
      this.#toldAt.delete(key);
    }
    const { transport, host, port } = fault.endpoint;
    const key = `${fault.stage} ${fault.code} ${transport} ${host} ${port} ${fault.peer ?? ''}`;
    if (this.#toldAt.has(key) || this.#toldAt.size >= maxFaults) return;
    this.#toldAt.set(key, now);
    this.#tell(fault);
  };
}
