import type { Discipline, Row, Totals } from './row.ts';

/**
 * Every connection that still has a slot, each at a place of its own. Numbers are read as they lie in memory; a row is
 * made when it is asked for: of ten thousand connections thirty are on view.
 */
export interface RowTable {
  /** How many places there are. A few may be empty. */
  readonly count: number;
  /** Number of the connection, 0 at an empty place. */
  id(place: number): number;
  bytesIn(place: number): number;
  bytesOut(place: number): number;
  /** Monotonic ms. */
  acceptedAt(place: number): number;
  /** Monotonic ms, 0 while it is open. */
  closedAt(place: number): number;
  /** Undefined at an empty place. A row that did not change is the same object. */
  row(place: number): Row | undefined;
  /** A copy that stays as it is, whatever is read later. */
  copy(): RowTable;
}

/** The rows at all places, in their order. */
export const rowsAt = (places: RowTable): readonly Row[] =>
  Array.from({ length: places.count }, (_, place) => places.row(place)).filter((row) => row !== undefined);

/** Rows that are there already. */
export class ArrayRowTable implements RowTable {
  readonly #rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  get count(): number {
    return this.#rows.length;
  }

  id(place: number): number {
    return this.#rows[place]?.id ?? 0;
  }

  bytesIn(place: number): number {
    return this.#rows[place]?.bytesIn ?? 0;
  }

  bytesOut(place: number): number {
    return this.#rows[place]?.bytesOut ?? 0;
  }

  acceptedAt(place: number): number {
    return this.#rows[place]?.at.accept ?? 0;
  }

  closedAt(place: number): number {
    return this.#rows[place]?.at.close ?? 0;
  }

  row(place: number): Row | undefined {
    return this.#rows[place];
  }

  copy(): RowTable {
    return this;
  }
}

/** The places of one, and behind them those of another. */
export class JoinedRowTable implements RowTable {
  readonly #first: RowTable;
  readonly #second: RowTable;
  readonly #border: number;

  constructor(first: RowTable, second: RowTable) {
    this.#first = first;
    this.#second = second;
    this.#border = first.count;
  }

  get count(): number {
    return this.#border + this.#second.count;
  }

  id(place: number): number {
    return place < this.#border ? this.#first.id(place) : this.#second.id(place - this.#border);
  }

  bytesIn(place: number): number {
    return place < this.#border ? this.#first.bytesIn(place) : this.#second.bytesIn(place - this.#border);
  }

  bytesOut(place: number): number {
    return place < this.#border ? this.#first.bytesOut(place) : this.#second.bytesOut(place - this.#border);
  }

  acceptedAt(place: number): number {
    return place < this.#border ? this.#first.acceptedAt(place) : this.#second.acceptedAt(place - this.#border);
  }

  closedAt(place: number): number {
    return place < this.#border ? this.#first.closedAt(place) : this.#second.closedAt(place - this.#border);
  }

  row(place: number): Row | undefined {
    return place < this.#border ? this.#first.row(place) : this.#second.row(place - this.#border);
  }

  copy(): RowTable {
    return new JoinedRowTable(this.#first.copy(), this.#second.copy());
  }
}

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
