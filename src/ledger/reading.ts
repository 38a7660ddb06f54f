import { type RowTable, rowsAt } from './places.ts';
import type { Discipline, Row, Totals } from './row.ts';

/**
 * One copy of the ledger. Its memory is used again by the next one: rows that were not asked for until then are those
 * of the later reading (`Places.keep` for who wants to look longer).
 */
export class LedgerSnapshot {
  readonly totals: Totals;
  /** The discipline that new connections get. */
  readonly discipline: Discipline;
  readonly table: RowTable;
  #rows: readonly Row[] | null = null;

  constructor(totals: Totals, discipline: Discipline, places: RowTable) {
    this.totals = totals;
    this.discipline = discipline;
    this.table = places;
  }

  /** Every connection that still has a slot. A row that did not change is the same object. */
  get rows(): readonly Row[] {
    this.#rows ??= rowsAt(this.table);
    return this.#rows;
  }
}
