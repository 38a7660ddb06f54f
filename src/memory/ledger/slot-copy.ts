import { double, slotSize, slotsEnd, wordsOf } from './layout.ts';
import type { Row } from './row.ts';
import { SlotMemory } from './slot-memory.ts';
import type { RowTable } from './snapshot.ts';

/** How often a part that is being written is read again before the reader gives up. */
const attempts = 100;

/**
 * Reads a part of the ledger guarded by the sequence number at `guard` (see layout.ts): runs `read` until the number is
 * even and the same before and after it. Null where that never happens, as with a writer that died in the middle.
 */
export const readGuarded = <T>(words: Int32Array, guard: number, read: (guard: number) => T): T | null => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = Atomics.load(words, guard);
    if (before % 2 !== 0) continue;
    const value = read(guard);
    // A read-modify-write: a plain atomic load would let the reads before it be moved behind it (on ARM).
    if (Atomics.add(words, guard, 0) === before) return value;
  }
  return null;
};

/**
 * A copy of a ledger's slots, in memory of this thread. A slot is copied whole or not at all, so no row is mixed from two
 * moments. Ten thousand slots take two milliseconds and leave no garbage; making as many rows takes longer, and the
 * garbage collector as long again (measured).
 */
export class SlotCopy implements RowTable {
  readonly #bytes: ArrayBuffer;
  readonly #memory: SlotMemory;
  readonly #firstSlot: number;
  readonly #slot = new Int32Array(slotSize);
  /** Rows that were asked for, and the sequence number of each one's slot at the time. */
  readonly #rows: (Row | undefined)[] = [];
  readonly #rowGuards: number[] = [];
  #count = 0;

  private constructor(bytes: ArrayBuffer, firstSlot: number) {
    this.#bytes = bytes;
    this.#memory = new SlotMemory(bytes, firstSlot);
    this.#firstSlot = firstSlot;
  }

  /** A copy for `capacity` slots; unused ones cost no memory. Rows are numbered by slot from `firstSlot` on. */
  static of(capacity: number, firstSlot: number): SlotCopy {
    return new SlotCopy(new ArrayBuffer(slotsEnd(capacity)), firstSlot);
  }

  /** The slots from 0 up to this are copied. */
  get count(): number {
    return this.#count;
  }

  /** Copies those of a ledger's first `slots` slots that have changed. */
  update(ledger: Int32Array, slots: number): void {
    const { words } = this.#memory;
    const copySlot = (at: number): boolean => {
      for (let word = 0; word < slotSize; word++) this.#slot[word] = ledger[at + word] ?? 0;
      return true;
    };
    for (let slot = 0; slot < slots; slot++) {
      const at = wordsOf(slot);
      if (Atomics.load(ledger, at) === words[at]) continue;
      // Not straight into the copy: a slot that was never read whole keeps its last good values.
      if (readGuarded(ledger, at, copySlot)) words.set(this.#slot, at);
    }
    this.#count = slots;
  }

  id(slot: number): number {
    return this.#memory.idOf(slot);
  }

  bytesIn(slot: number): number {
    return this.#memory.double(slot, double.bytesIn);
  }

  bytesOut(slot: number): number {
    return this.#memory.double(slot, double.bytesOut);
  }

  acceptedAt(slot: number): number {
    return this.#memory.double(slot, double.accept);
  }

  closedAt(slot: number): number {
    return this.#memory.double(slot, double.close);
  }

  row(slot: number): Row | undefined {
    const guard = this.#memory.words[wordsOf(slot)] ?? 0;
    const last = this.#rows[slot];
    if (last !== undefined && guard === this.#rowGuards[slot]) return last;
    const row = this.#memory.row(slot, last);
    this.#rows[slot] = row;
    this.#rowGuards[slot] = guard;
    return row;
  }

  copy(): SlotCopy {
    const copy = new SlotCopy(this.#bytes.slice(0, slotsEnd(this.#count)), this.#firstSlot);
    copy.#count = this.#count;
    return copy;
  }
}
