import { common } from './layout.ts';

/** The words of one wire, its limit set: connections are numbered from `firstId`. */
export const createCommons = ({ threads = 1, limit = 2 ** 31 - 1, firstId = 1 } = {}): SharedArrayBuffer => {
  const buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * Object.keys(common).length);
  const words = new Int32Array(buffer);
  words[common.threads] = threads;
  words[common.limit] = limit;
  words[common.nextId] = firstId;
  return buffer;
};

/**
 * What the threads of one wire have in common, each with a ledger of its own: how many connections are open in all, the
 * number that the next one gets, and how far the wire has come. Any thread may write at any time, so every change is
 * one atomic operation.
 *
 * Numbers come from one counter, not from one for each thread: they are in the order in which connections were
 * accepted, and none is left out. It is touched once in the life of a connection.
 */
export class Commons {
  readonly #words: Int32Array;

  constructor(commons: SharedArrayBuffer) {
    this.#words = new Int32Array(commons);
  }

  /** Connections open now. */
  get open(): number {
    return Atomics.load(this.#words, common.open);
  }

  /** Takes a place for one more open connection; false where the limit is reached. */
  enter(): boolean {
    const limit = this.#words[common.limit] ?? 0;
    for (let open = this.open; open < limit; ) {
      // Not one up and, where that was too much, down again: another thread would be refused a place that was free.
      const found = Atomics.compareExchange(this.#words, common.open, open, open + 1);
      if (found === open) return true;
      open = found;
    }
    return false;
  }

  /** Gives a place back. */
  leave(): void {
    Atomics.sub(this.#words, common.open, 1);
  }

  /** The number of a new connection. */
  nextId(): number {
    return Atomics.add(this.#words, common.nextId, 1);
  }

  /** Whether every thread listens. */
  get isUp(): boolean {
    return Atomics.load(this.#words, common.up) === 1;
  }

  up(): void {
    Atomics.store(this.#words, common.up, 1);
  }

  /** Whether every thread has said that it stops and that nothing is left to do for it. */
  get isDrained(): boolean {
    return Atomics.load(this.#words, common.drained) >= (this.#words[common.threads] ?? 1);
  }

  /** One thread has nothing left to do. */
  drained(): void {
    Atomics.add(this.#words, common.drained, 1);
  }
}
