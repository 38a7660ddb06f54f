import { double, slotSize, slotsEnd, wordsOf } from './layout.ts';
import type { Row } from './row.ts';
import { SlotMemory } from './slot-memory.ts';
import type { RowTable } from './snapshot.ts';

/** How often a slot that is being written is read again before its last good copy is kept. */
const attempts = 100;

/**
 * A copy of the slots of a ledger, in memory of this thread. A slot is copied as a whole or not at all, so no row is
 * mixed from two moments. Ten thousand of them take two milliseconds and leave no garbage behind; to make as many rows
 * takes longer, and as long again to clear them away (measured).
 */
export class SlotCopy implements RowTable {
  readonly #bytes: ArrayBuffer;
  readonly #memory: SlotMemory;
  readonly #firstSlot: number;
  readonly #slot = new Int32Array(slotSize);
  /** Rows that were asked for, and the sequence numbers under which each was copied. */
  readonly #rows: (Row | undefined)[] = [];
  readonly #seen: number[] = [];
  #count = 0;

  private constructor(bytes: ArrayBuffer, firstSlot: number) {
    this.#bytes = bytes;
    this.#memory = new SlotMemory(bytes, firstSlot);
    this.#firstSlot = firstSlot;
  }

  /** For so many slots; those that are never used cost no memory. Rows are told to be in slots from `firstSlot` on. */
  static of(capacity: number, firstSlot: number): SlotCopy {
    return new SlotCopy(new ArrayBuffer(slotsEnd(capacity)), firstSlot);
  }

  /** Slots that were copied so far: those from 0 up to this. */
  get count(): number {
    return this.#count;
  }

  /** Copies the first `slots` slots of a ledger, as far as they have changed. */
  update(ledger: Int32Array, slots: number): void {
    const { words } = this.#memory;
    for (let slot = 0; slot < slots; slot++) copySlot(ledger, words, wordsOf(slot), this.#slot);
    this.#count = slots;
  }

  /** Copies one slot of a ledger, if it has changed. */
  updateSlot(ledger: Int32Array, slot: number): void {
    copySlot(ledger, this.#memory.words, wordsOf(slot), this.#slot);
    this.#count = Math.max(this.#count, slot + 1);
  }

  id(slot: number): number {
    return this.#memory.id(slot);
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
    const made = this.#rows[slot];
    if (made !== undefined && guard === this.#seen[slot]) return made;
    const row = this.#memory.row(slot, made);
    this.#rows[slot] = row;
    this.#seen[slot] = guard;
    return row;
  }

  copy(): SlotCopy {
    const kept = new SlotCopy(this.#bytes.slice(0, slotsEnd(this.#count)), this.#firstSlot);
    kept.#count = this.#count;
    return kept;
  }
}

/**
 * Copies a slot, if it has changed, between two looks at its sequence number until both agree; where they never do, what
 * was copied last stays. The second look is a read-modify-write because a plain atomic load would let the reads before it
 * be moved behind it (on ARM). `slot` has room for one.
 */
const copySlot = (from: Int32Array, to: Int32Array, at: number, slot: Int32Array): void => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const guard = Atomics.load(from, at);
    if (guard === to[at]) return;
    if (guard % 2 !== 0) continue;
    for (let word = 0; word < slotSize; word++) slot[word] = from[at + word] ?? 0;
    if (Atomics.add(from, at, 0) !== guard) continue;
    to.set(slot, at);
    return;
  }
};
