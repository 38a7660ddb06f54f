import { header, headerDoubles, totals } from './layout.ts';
import { disciplines, type Totals } from './row.ts';
import { readGuarded, SlotCopy } from './slot-copy.ts';
import { SlotMemory } from './slot-memory.ts';
import { addTotals, JoinedRowTable, LedgerSnapshot } from './snapshot.ts';

const noTotals: Totals = { open: 0, served: 0, refused: 0, bytesIn: 0, bytesOut: 0 };

/**
 * Reads the ledger of one thread.
 *
 * The promise: each counter is exact, and a row is never mixed from two connections. A snapshot may fall between two
 * counters of one packet, and between a row and the totals. A part whose writer died in the middle keeps its last good
 * copy, so reading ends after a bounded time whatever the writer does.
 */
export class LedgerReader {
  readonly #memory: SlotMemory;
  readonly #slotCopy: SlotCopy;
  #lastGuard: number | null = null;
  #last: LedgerSnapshot | null = null;

  /** Rows are numbered by slot from `firstSlot` on, so that no two ledgers of a wire have the same. */
  constructor(ledger: SharedArrayBuffer, firstSlot = 0) {
    this.#memory = new SlotMemory(ledger);
    this.#slotCopy = SlotCopy.of(this.#word(header.capacity), firstSlot);
  }

  /** The ledger as it is now; the same object as before when nothing changed. */
  read(): LedgerSnapshot {
    const { words } = this.#memory;
    const guard = Atomics.load(words, header.guard);
    if (this.#last !== null && guard === this.#lastGuard) return this.#last;
    const head = readGuarded(words, header.guard, () => ({
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
    this.#slotCopy.update(words, head?.highWater ?? this.#slotCopy.count);
    this.#last = new LedgerSnapshot(
      head?.totals ?? this.#last?.totals ?? noTotals,
      head?.discipline ?? this.#last?.discipline ?? 'chunk',
      this.#slotCopy,
    );
    // The number from before the copy: the next reading finds what changed meanwhile.
    this.#lastGuard = guard % 2 === 0 ? guard : null;
    return this.#last;
  }

  #total(field: number): number {
    return this.#memory.doubles[headerDoubles + field] ?? 0;
  }

  #word(at: number): number {
    return this.#memory.words[at] ?? 0;
  }
}

/**
 * The ledgers of several threads read as one, with the promises of LedgerReader. They are read one after the other: a
 * snapshot may fall between two of them, as it may between two counters of one.
 */
export class MergedReader {
  readonly #readers: readonly LedgerReader[];
  #parts: readonly LedgerSnapshot[] = [];
  #whole: LedgerSnapshot | null = null;

  constructor(readers: readonly LedgerReader[]) {
    this.#readers = readers;
  }

  /** All ledgers as they are now; the same object as before when nothing changed. */
  read(): LedgerSnapshot {
    const parts = this.#readers.map((reader) => reader.read());
    if (this.#whole !== null && parts.every((part, index) => part === this.#parts[index])) return this.#whole;
    this.#parts = parts;
    this.#whole = merge(parts);
    return this.#whole;
  }
}

/** The discipline is that of the first thread, which gets each command before the others. */
const merge = ([first, ...others]: readonly LedgerSnapshot[]): LedgerSnapshot => {
  if (first === undefined) throw new Error('a wire has a thread');
  return others.reduce(
    (whole, part) =>
      new LedgerSnapshot(
        addTotals(whole.totals, part.totals),
        whole.discipline,
        new JoinedRowTable(whole.table, part.table),
      ),
    first,
  );
};
