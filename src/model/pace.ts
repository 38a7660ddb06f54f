/** Between two pictures, ms: at most ten a second, and at least four. */
const minMs = 100;
const maxMs = 250;

/** The part of a processor that pictures may take: the wire and its peers need the rest. */
const maxShare = 1 / 20;

/**
 * How long to wait for the next picture: longer where pictures cost much, on a slow machine or a loaded one, so that
 * they take no more than their share. `busyMs` is how long the thread has been busy since its start.
 */
export class Pace {
  readonly #busyMs: () => number;
  #before: number;

  constructor(busyMs = () => performance.eventLoopUtilization().active) {
    this.#busyMs = busyMs;
    this.#before = busyMs();
  }

  /** Ms to wait. To be called once for each picture, before it is taken: the cost of the one before is known by then. */
  next(): number {
    const busy = this.#busyMs();
    const cost = busy - this.#before;
    this.#before = busy;
    return Math.min(maxMs, Math.max(minMs, cost / maxShare));
  }
}
