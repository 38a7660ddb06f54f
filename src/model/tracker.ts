import type { Reading } from '../ledger/reader.ts';
import type { Row } from '../ledger/row.ts';
import { RateMeter } from './rates.ts';
import type { Connection, Rate, Snapshot } from './snapshot.ts';

interface Tracked {
  connection: Connection;
  row: Row;
  /** Made with the first byte: most of ten thousand idle connections never need one. */
  meter: RateMeter | null;
}

const still: Rate = { in: 0, out: 0 };
const isStill = (rate: Rate): boolean => rate.in === 0 && rate.out === 0;

/** Turns readings of the ledger into snapshots: adds rates, puts the rows in order, keeps what did not change. */
export class Tracker {
  readonly #tracked = new Map<number, Tracked>();
  readonly #total: RateMeter;
  /** Null where somebody came or went since it was made: traffic alone does not change it. */
  #order: readonly Tracked[] | null = null;
  #reading: Reading | null = null;
  #snapshot: Snapshot | null = null;
  #moving = false;

  constructor(atMs: number) {
    this.#total = new RateMeter(atMs, 0, 0);
  }

  /** The snapshot at `atMs`; the same object as before when nothing changed and no rate is still falling. */
  take(reading: Reading, atMs: number): Snapshot {
    if (this.#snapshot !== null && reading === this.#reading && !this.#moving) return this.#snapshot;
    this.#reading = reading;
    const rate = this.#total.observe(atMs, reading.totals.bytesIn, reading.totals.bytesOut);
    this.#moving = !isStill(rate);
    for (const row of reading.rows) this.#follow(row, atMs);
    this.#forget(reading.rows.length);
    this.#order ??= [...this.#tracked.values()].sort((a, b) => byInterest(a.row, b.row));
    const connections = this.#order.map(({ connection }) => connection);
    this.#snapshot = { at: atMs, connections, totals: reading.totals, rate, discipline: reading.discipline };
    return this.#snapshot;
  }

  /** Bytes per second of a connection in each of the last 60 seconds, newest last. */
  history(id: number, atMs: number): readonly Rate[] {
    return this.#tracked.get(id)?.meter?.history(atMs) ?? [];
  }

  #follow(row: Row, atMs: number): void {
    const known = this.#tracked.get(row.id);
    if (known === undefined) {
      const tracked: Tracked = { row, connection: { ...row, rate: still }, meter: null };
      this.#tracked.set(row.id, tracked);
      this.#order = null;
      this.#measure(tracked, row, atMs);
    } else if (row !== known.row || !isStill(known.connection.rate)) {
      if (row.at.close !== known.row.at.close) this.#order = null;
      this.#measure(known, row, atMs);
    }
  }

  #measure(tracked: Tracked, row: Row, atMs: number): void {
    if (tracked.meter === null && row.bytesIn + row.bytesOut > 0)
      tracked.meter = new RateMeter(row.at.accept ?? atMs, 0, 0);
    const rate = tracked.meter?.observe(atMs, row.bytesIn, row.bytesOut) ?? still;
    if (!isStill(rate)) this.#moving = true;
    if (row !== tracked.row || !isStill(rate) || !isStill(tracked.connection.rate))
      tracked.connection = { ...row, rate };
    tracked.row = row;
  }

  /** Drops connections whose slot was taken by another. */
  #forget(rows: number): void {
    if (this.#tracked.size === rows) return;
    const present = new Set(this.#reading?.rows.map((row) => row.id));
    for (const id of this.#tracked.keys()) if (!present.has(id)) this.#tracked.delete(id);
    this.#order = null;
  }
}

/** Open ones first, newest first; then the closed, last closed first. */
const byInterest = (a: Row, b: Row): number => {
  const closedA = a.at.close;
  const closedB = b.at.close;
  if (closedA === null && closedB === null) return b.id - a.id;
  if (closedA === null) return -1;
  if (closedB === null) return 1;
  return closedB - closedA || b.id - a.id;
};
