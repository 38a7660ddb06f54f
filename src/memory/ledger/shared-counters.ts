import { sharedWord } from './layout.ts';

/** The counters of one wire, its limit set. Connections are numbered from `firstId`. */
export const createSharedCounters = ({ threads = 1, limit = 2 ** 31 - 1, firstId = 1 } = {}): SharedArrayBuffer => {
  const buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * Object.keys(sharedWord).length);
  const words = new Int32Array(buffer);
  words[sharedWord.threads] = threads;
  words[sharedWord.limit] = limit;
  words[sharedWord.nextId] = firstId;
  return buffer;
};

/**
 * Counters that the threads of one wire share: open connections, the number of the next one, the memory that all hold, and
 * whether all threads listen or are drained. Any thread may write at any time, so every change is one atomic operation.
 *
 * Connections are numbered by one counter, not one for each thread, so that numbers are in the order of accept and none
 * is left out. It costs one operation a connection.
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

  /** Counts one more open connection; false where the limit is reached. */
  acquire(): boolean {
    const limit = this.#words[sharedWord.limit] ?? 0;
    for (let open = this.open; open < limit; ) {
      // Not up and, where that was too much, down again: meanwhile another thread would be refused below the limit.
      const found = Atomics.compareExchange(this.#words, sharedWord.open, open, open + 1);
      if (found === open) return true;
      open = found;
    }
    return false;
  }

  /** Counts one open connection less. */
  release(): void {
    Atomics.sub(this.#words, sharedWord.open, 1);
  }

  /** The number of a new connection. */
  nextId(): number {
    return Atomics.add(this.#words, sharedWord.nextId, 1);
  }

  /** Memory that connections hold, KiB: bytes would need more than 32 bits. */
  get heldKiB(): number {
    return Atomics.load(this.#words, sharedWord.heldKiB);
  }

  /** Connections that hold any. */
  get holders(): number {
    return Atomics.load(this.#words, sharedWord.holders);
  }

  addHeldKiB(by: number): void {
    Atomics.add(this.#words, sharedWord.heldKiB, by);
  }

  addHolders(by: number): void {
    Atomics.add(this.#words, sharedWord.holders, by);
  }

  /** Whether every thread listens. */
  get isListening(): boolean {
    return Atomics.load(this.#words, sharedWord.listening) === 1;
  }

  markListening(): void {
    Atomics.store(this.#words, sharedWord.listening, 1);
  }

  /** Whether every thread is stopping and has nothing left to do. */
  get isDrained(): boolean {
    return Atomics.load(this.#words, sharedWord.drained) >= (this.#words[sharedWord.threads] ?? 1);
  }

  /** This thread has nothing left to do. */
  markDrained(): void {
    Atomics.add(this.#words, sharedWord.drained, 1);
  }
}
