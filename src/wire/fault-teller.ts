import type { Fault } from '../engine/protocol.ts';

/** The same fault of the same endpoint is told once in this time, ms: EMFILE comes with every connection. */
const quietMs = 1000;

/** Passes faults on, each kind once in a while. */
export class FaultTeller {
  readonly #tell: (fault: Fault) => void;
  readonly #toldAt = new Map<string, number>();

  constructor(tell: (fault: Fault) => void) {
    this.#tell = tell;
  }

  readonly tell = (fault: Fault): void => {
    const { transport, host, port } = fault.endpoint;
    const key = `${fault.stage} ${fault.code} ${transport} ${host} ${port} ${fault.peer ?? ''}`;
    const now = performance.now();
    if (now - (this.#toldAt.get(key) ?? -Infinity) < quietMs) return;
    this.#toldAt.set(key, now);
    this.#tell(fault);
  };
}
