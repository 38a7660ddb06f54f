import { type Places, rowsAt } from './places.ts';
import type { Discipline, Row, Totals } from './row.ts';

/**
 * One copy of the ledger. Its memory is used again by the next one: rows that were not asked for until then are those
 * of the later reading (`Places.keep` for who wants to look longer).
 */
export class Reading {
  readonly totals: Totals;
  /** The discipline that new connections get. */
  readonly discipline: Discipline;
  readonly places: Places;
  #rows: readonly Row[] | null = null;

  constructor(totals: Totals, discipline: Discipline, places: Places) {
    this.totals = totals;
    this.discipline = discipline;
    this.places = places;
  }

  /** Every connection that still has a slot. A row that did not change is the same object. */
  get rows(): readonly Row[] {
    this.#rows ??= rowsAt(this.places);
    return this.#rows;
  }
}
