import type { Transport } from '../../text/endpoint.ts';
import { CallLog } from './call-log.ts';
import { header, headerDoubles, totals, word, wordsOf } from './layout.ts';
import { type CallRun, disciplines, type Row } from './row.ts';
import { SlotCopy } from './slot-copy.ts';
import { type Outcome, SlotMemory } from './slot-memory.ts';
import { LedgerSnapshot } from './snapshot.ts';

/** How often a part that is being written is read again before it is given up. */
const attempts = 100;

/**
 * The reader's side of a ledger.
 *
 * The promise: each counter is exact, and a row is never mixed from two connections. A reading may fall between two
 * counters of one packet, and between a row and the totals. A part whose writer died in the middle keeps its last good
 * copy, so reading ends after a bounded time whatever the writer does.
 */
export class LedgerReader {
  readonly #shared: SlotMemory;
  readonly #firstSlot: number;
  readonly #life: CallLog;
  #copied: SlotCopy | null = null;
  #lastGuard: number | null = null;
  #last: LedgerSnapshot | null = null;

  /** Rows are told to be in slots from `firstSlot` on, so that those of several ledgers can be told apart. */
  constructor(ledger: SharedArrayBuffer, firstSlot = 0) {
    this.#firstSlot = firstSlot;
    this.#shared = new SlotMemory(ledger, firstSlot);
    const { words, doubles } = this.#shared;
    this.#life = new CallLog(words, doubles, this.#word(header.capacity));
  }

  /** The ledger as it is now; the same object as before when nothing changed. */
  read(): LedgerSnapshot {
    const { words } = this.#shared;
    const guard = Atomics.load(words, header.guard);
    if (this.#last !== null && guard === this.#lastGuard) return this.#last;
    const head = this.#guarded(header.guard, () => ({
      totals: {
        open: this.#total(totals.open),
        served: this.#total(totals.served),
        refused: this.#total(totals.refused),
        bytesIn: this.#total(totals.bytesIn),
        bytesOut: this.#total(totals.bytesOut),
      },
      discipline: disciplines[this.#word(header.discipline)] ?? 'chunk',
      highWater: this.#word(header.highWater),
    }));
    const places = this.#copy();
    places.update(words, head?.highWater ?? places.count);
    this.#last = new LedgerSnapshot(
      head?.totals ?? this.#last?.totals ?? { open: 0, served: 0, refused: 0, bytesIn: 0, bytesOut: 0 },
      head?.discipline ?? this.#last?.discipline ?? 'chunk',
      places,
    );
    // What changed while the slots were copied is found by the next reading: the number from before it is kept.
    this.#lastGuard = guard % 2 === 0 ? guard : null;
    return this.#last;
  }

  /** What the connection in a slot has come to; null while it is open. For the thread of the writer: it looks at no guard. */
  outcome(slot: number): Outcome | null {
    return this.#shared.outcome(slot);
  }

  /** Number of the connection in a slot, 0 where there was none yet. For the thread of the writer. */
  idOf(slot: number): number {
    return this.#shared.id(slot);
  }

  /** For the thread of the writer. */
  transportOf(slot: number): Transport {
    return this.#shared.transport(slot);
  }

  /** The row of one slot of this ledger as it is now; undefined where the slot was never used. */
  row(slot: number): Row | undefined {
    const copy = this.#copy();
    copy.updateSlot(this.#shared.words, slot);
    return copy.row(slot);
  }

  /**
   * The calls of the connection in a slot, oldest first. A copy made on demand: rows are read without it. Undefined
   * where the slot is another connection's by now, or is being written all the time.
   */
  calls(row: Row): readonly CallRun[] | undefined {
    const slot = row.slot - this.#firstSlot;
    const words = wordsOf(slot);
    const read = this.#guarded(words, () =>
      this.#word(words + word.id) === row.id ? { calls: this.#life.read(slot) } : null,
    );
    return read?.calls;
  }

  /** Made for the first reading: the thread of the writer only peeks. */
  #copy(): SlotCopy {
    this.#copied ??= SlotCopy.of(this.#word(header.capacity), this.#firstSlot);
    return this.#copied;
  }

  /** Runs `copy` between two looks at a sequence number until both agree, as SlotCopy does. Null when they never did. */
  #guarded<T>(guard: number, copy: () => T): T | null {
    const { words } = this.#shared;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const before = Atomics.load(words, guard);
      if (before % 2 !== 0) continue;
      const value = copy();
      if (Atomics.add(words, guard, 0) === before) return value;
    }
    return null;
  }

  #total(field: number): number {
    return this.#shared.doubles[headerDoubles + field] ?? 0;
  }

  #word(at: number): number {
    return this.#shared.words[at] ?? 0;
  }
}
