/**
 * Which slot the next connection gets. A closed one keeps its slot until more than `recent` others have closed after
 * it, or no other slot is left; then the oldest gives way.
 */
export class SlotAllocator {
  readonly #capacity: number;
  readonly #recent: number;
  /** Slots of closed connections, oldest first: a queue in a ring. */
  readonly #closed: Int32Array;
  #first = 0;
  #count = 0;
  #highWater = 0;

  constructor(capacity: number, recent: number) {
    this.#capacity = capacity;
    this.#recent = recent;
    this.#closed = new Int32Array(capacity);
  }

  /** Slots that were ever taken: those from 0 up to this. */
  get highWater(): number {
    return this.#highWater;
  }

  /** A slot for a new connection; -1 when every one holds an open connection. */
  take(): number {
    const fresh = this.#highWater < this.#capacity;
    if (this.#count > this.#recent || (!fresh && this.#count > 0)) {
      const slot = this.#closed[this.#first] ?? -1;
      this.#first = (this.#first + 1) % this.#capacity;
      this.#count--;
      return slot;
    }
    return fresh ? this.#highWater++ : -1;
  }

  /** The connection of a slot has closed. */
  give(slot: number): void {
    this.#closed[(this.#first + this.#count++) % this.#capacity] = slot;
  }
}
