/** Between two pictures, ms: ten a second at the most, and still alive at the least. */
const leastMs = 100;
const mostMs = 250;

/** The part of a processor that pictures may take: the wire and its peers need the others. */
const share = 1 / 20;

/**
 * How long to wait for the next picture: longer where pictures cost much, on a slow machine or a loaded one, so that
 * they take no more than their share of it. `busyMs` is how long the thread has been busy since its start.
 */
export class Pace {
  readonly #busyMs: () => number;
  #before: number;

  constructor(busyMs = () => performance.eventLoopUtilization().active) {
    this.#busyMs = busyMs;
    this.#before = busyMs();
  }

  /** Asked once for each picture, before it is taken: what the one before has cost is known by then. Ms. */
  next(): number {
    const busy = this.#busyMs();
    const cost = busy - this.#before;
    this.#before = busy;
    return Math.min(mostMs, Math.max(leastMs, cost / share));
  }
}
