import { CallLog } from './call-log.ts';
import { header, headerDoubles, totals, word, wordsOf } from './layout.ts';
import { type CallRun, disciplines, type Row, type Totals } from './row.ts';
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
  readonly #firstSlot: number;
  readonly #callLog: CallLog;
  readonly #slotCopy: SlotCopy;
  #lastGuard: number | null = null;
  #last: LedgerSnapshot | null = null;

  /** Rows are numbered by slot from `firstSlot` on, so that no two ledgers of a wire have the same. */
  constructor(ledger: SharedArrayBuffer, firstSlot = 0) {
    this.#firstSlot = firstSlot;
    this.#memory = new SlotMemory(ledger);
    const { words, doubles } = this.#memory;
    const capacity = this.#word(header.capacity);
    this.#callLog = new CallLog(words, doubles, capacity);
    this.#slotCopy = SlotCopy.of(capacity, firstSlot);
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

  /**
   * The calls of a connection, oldest first: a copy, made on demand. Undefined where another connection has its slot by
   * now, or the slot is being written all the time.
   */
  calls(row: Row): readonly CallRun[] | undefined {
    const slot = row.slot - this.#firstSlot;
    const read = readGuarded(this.#memory.words, wordsOf(slot), (words) =>
      this.#word(words + word.id) === row.id ? { calls: this.#callLog.read(slot) } : null,
    );
    return read?.calls;
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
  readonly #slotsOfEach: number;
  #parts: readonly LedgerSnapshot[] = [];
  #whole: LedgerSnapshot | null = null;

  /** Each ledger has `slotsOfEach` slots: the rows of reader n begin at slot n times that number. */
  constructor(readers: readonly LedgerReader[], slotsOfEach: number) {
    this.#readers = readers;
    this.#slotsOfEach = slotsOfEach;
  }

  /** All ledgers as they are now; the same object as before when nothing changed. */
  read(): LedgerSnapshot {
    const parts = this.#readers.map((reader) => reader.read());
    if (this.#whole !== null && parts.every((part, index) => part === this.#parts[index])) return this.#whole;
    this.#parts = parts;
    this.#whole = merge(parts);
    return this.#whole;
  }

  /** See LedgerReader. */
  calls(row: Row): readonly CallRun[] | undefined {
    return this.#readers[Math.floor(row.slot / this.#slotsOfEach)]?.calls(row);
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
