import { sharedWord } from './layout.ts';

/** The words of one wire, its limit set: connections are numbered from `firstId`. */
export const createSharedCounters = ({ threads = 1, limit = 2 ** 31 - 1, firstId = 1 } = {}): SharedArrayBuffer => {
  const buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * Object.keys(sharedWord).length);
  const words = new Int32Array(buffer);
  words[sharedWord.threads] = threads;
  words[sharedWord.limit] = limit;
  words[sharedWord.nextId] = firstId;
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
export class SharedCounters {
  readonly #words: Int32Array;

  constructor(sharedCounters: SharedArrayBuffer) {
    this.#words = new Int32Array(sharedCounters);
  }

  /** Connections open now. */
  get open(): number {
    return Atomics.load(this.#words, sharedWord.open);
  }

  /** Takes a place for one more open connection; false where the limit is reached. */
  acquire(): boolean {
    const limit = this.#words[sharedWord.limit] ?? 0;
    for (let open = this.open; open < limit; ) {
      // Not one up and, where that was too much, down again: another thread would be refused a place that was free.
      const found = Atomics.compareExchange(this.#words, sharedWord.open, open, open + 1);
      if (found === open) return true;
      open = found;
    }
    return false;
  }

  /** Gives a place back. */
  release(): void {
    Atomics.sub(this.#words, sharedWord.open, 1);
  }

  /** The number of a new connection. */
  nextId(): number {
    return Atomics.add(this.#words, sharedWord.nextId, 1);
  }

  /** Whether every thread listens. */
  get isListening(): boolean {
    return Atomics.load(this.#words, sharedWord.up) === 1;
  }

  markListening(): void {
    Atomics.store(this.#words, sharedWord.up, 1);
  }

  /** Whether every thread has said that it stops and that nothing is left to do for it. */
  get isDrained(): boolean {
    return Atomics.load(this.#words, sharedWord.drained) >= (this.#words[sharedWord.threads] ?? 1);
  }

  /** One thread has nothing left to do. */
  markDrained(): void {
    Atomics.add(this.#words, sharedWord.drained, 1);
  }
}
