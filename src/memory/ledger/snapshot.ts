import type { Discipline, Row, Totals } from './row.ts';

/** Totals of several ledgers, or of a ledger and what was counted before it. */
export const addTotals = (a: Totals, b: Totals): Totals => ({
  open: a.open + b.open,
  served: a.served + b.served,
  refused: a.refused + b.refused,
  bytesIn: a.bytesIn + b.bytesIn,
  bytesOut: a.bytesOut + b.bytesOut,
});

/**
 * Every connection that still has a slot, each at its own index. Numbers are read straight from memory; a row is made
 * when it is asked for, since the screen shows thirty of ten thousand connections.
 */
export interface RowTable {
  /** Indices from 0 up to this. A few may be empty. */
  readonly count: number;
  /** The connection's number, 0 at an empty index. */
  id(index: number): number;
  bytesIn(index: number): number;
  bytesOut(index: number): number;
  /** Monotonic ms. */
  acceptedAt(index: number): number;
  /** Monotonic ms, 0 while it is open. */
  closedAt(index: number): number;
  /** Undefined at an empty index. A row that did not change is the same object. */
  row(index: number): Row | undefined;
  /** A copy that stays as it is, whatever is read later. */
  copy(): RowTable;
}

/** The rows of a table, in the order of their indices. */
export const rowsOf = (table: RowTable): readonly Row[] =>
  Array.from({ length: table.count }, (_, index) => table.row(index)).filter((row) => row !== undefined);

/** A table of rows that exist already. */
export class ArrayRowTable implements RowTable {
  readonly #rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  get count(): number {
    return this.#rows.length;
  }

  id(index: number): number {
    return this.#rows[index]?.id ?? 0;
  }

  bytesIn(index: number): number {
    return this.#rows[index]?.bytesIn ?? 0;
  }

  bytesOut(index: number): number {
    return this.#rows[index]?.bytesOut ?? 0;
  }

  acceptedAt(index: number): number {
    return this.#rows[index]?.at.accept ?? 0;
  }

  closedAt(index: number): number {
    return this.#rows[index]?.at.close ?? 0;
  }

  row(index: number): Row | undefined {
    return this.#rows[index];
  }

  copy(): RowTable {
    return this;
  }
}

/** The rows of one table, then those of another. */
export class JoinedRowTable implements RowTable {
  readonly #first: RowTable;
  readonly #second: RowTable;
  readonly #firstCount: number;

  constructor(first: RowTable, second: RowTable) {
    this.#first = first;
    this.#second = second;
    this.#firstCount = first.count;
  }

  get count(): number {
    return this.#firstCount + this.#second.count;
  }

  id(index: number): number {
    return index < this.#firstCount ? this.#first.id(index) : this.#second.id(index - this.#firstCount);
  }

  bytesIn(index: number): number {
    return index < this.#firstCount ? this.#first.bytesIn(index) : this.#second.bytesIn(index - this.#firstCount);
  }

  bytesOut(index: number): number {
    return index < this.#firstCount ? this.#first.bytesOut(index) : this.#second.bytesOut(index - this.#firstCount);
  }

  acceptedAt(index: number): number {
    return index < this.#firstCount ? this.#first.acceptedAt(index) : this.#second.acceptedAt(index - this.#firstCount);
  }

  closedAt(index: number): number {
    return index < this.#firstCount ? this.#first.closedAt(index) : this.#second.closedAt(index - this.#firstCount);
  }

  row(index: number): Row | undefined {
    return index < this.#firstCount ? this.#first.row(index) : this.#second.row(index - this.#firstCount);
  }

  copy(): RowTable {
    return new JoinedRowTable(this.#first.copy(), this.#second.copy());
  }
}

/**
 * One copy of the ledger. The next snapshot uses the same memory: rows that are first read after it have newer values.
 * `table.copy()` makes a copy that lasts.
 */
export class LedgerSnapshot {
  readonly totals: Totals;
  /** The discipline that new connections get. */
  readonly discipline: Discipline;
  readonly table: RowTable;
  #rows: readonly Row[] | null = null;

  constructor(totals: Totals, discipline: Discipline, table: RowTable) {
    this.totals = totals;
    this.discipline = discipline;
    this.table = table;
  }

  /** Every connection that still has a slot. A row that did not change is the same object. */
  get rows(): readonly Row[] {
    this.#rows ??= rowsOf(this.table);
    return this.#rows;
  }
}
