/**
 * Chooses the slot of the next connection. A closed one keeps its slot until more than `recent` others have closed after
 * it, or no other slot is left: then the one that closed first loses it.
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

  /** The slots from 0 up to this were used at some time. */
  get highWater(): number {
    return this.#highWater;
  }

  /** A slot for a new connection; -1 where every slot holds an open one. */
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

  /** The connection in a slot has closed. */
  release(slot: number): void {
    this.#closed[(this.#first + this.#count++) % this.#capacity] = slot;
  }
}
