import type { LedgerReader } from './reader.ts';
import type { CallRun, Row, Totals } from './row.ts';
import { JoinedRowTable, LedgerSnapshot } from './snapshot.ts';

/**
 * The ledgers of several threads read as one.
 *
 * What LedgerReader promises holds here too, and the same objects come again while nothing changed. The ledgers are
 * read one after the other: a reading may fall between two of them as it may between two counters of one.
 */
export class MergedReader {
  readonly #readers: readonly LedgerReader[];
  readonly #slotsOfEach: number;
  #parts: readonly LedgerSnapshot[] = [];
  #whole: LedgerSnapshot | null = null;

  /** `slotsOfEach`: how many slots each ledger has; the rows of reader n are in those from n times that number on. */
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

  /** The calls of a connection, as its own ledger has them (see LedgerReader). */
  calls(row: Row): readonly CallRun[] | undefined {
    return this.#readers[Math.floor(row.slot / this.#slotsOfEach)]?.calls(row);
  }
}

/** Every thread is told of another discipline, the first one before the others. */
const merge = ([first, ...others]: readonly LedgerSnapshot[]): LedgerSnapshot => {
  if (first === undefined) throw new Error('a wire has a thread');
  return others.reduce(
    (whole, part) =>
      new LedgerSnapshot(add(whole.totals, part.totals), whole.discipline, new JoinedRowTable(whole.table, part.table)),
    first,
  );
};

const add = (a: Totals, b: Totals): Totals => ({
  open: a.open + b.open,
  served: a.served + b.served,
  refused: a.refused + b.refused,
  bytesIn: a.bytesIn + b.bytesIn,
  bytesOut: a.bytesOut + b.bytesOut,
});
