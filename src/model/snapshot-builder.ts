import type { WallClock } from '../memory/clock.ts';
import type { Row } from '../memory/ledger/row.ts';
import type { LedgerSnapshot, RowTable } from '../memory/ledger/snapshot.ts';
import type { Edges } from '../memory/recorder/edges-reader.ts';
import { Rates } from './rates.ts';
import { type Connection, ConnectionList, type FrozenSnapshot, type Rate, type Snapshot } from './snapshot.ts';

/** What is kept of a connection from one snapshot to the next. */
interface Tracked {
  readonly id: number;
  /** Its index in the rates. */
  readonly rateIndex: number;
  readonly openedWallMs: number;
  /** Its index in the last table. */
  index: number;
  /** Monotonic ms, 0 while it is open. */
  closedAt: number;
  /** The last snapshot that had it, counted from 1. */
  seenIn: number;
  /** The connection last made, and the row that it was made of. */
  row: Row | null;
  connection: Connection | null;
}

/** Reads the payload that is kept of a connection; null where it is gone. */
type EdgesOf = (row: Row) => Edges | null;

/**
 * Makes snapshots of the ledger: adds rates, puts the rows in order, and keeps the objects that did not change.
 *
 * Only the last snapshot is of its moment: a connection that is first asked for after the next one is a later one.
 * `freeze` makes one that lasts.
 */
export class SnapshotBuilder {
  readonly #tracked = new Map<number, Tracked>();
  /** Indices of the rates that are free again. */
  readonly #freeIndices: number[] = [];
  readonly #rates: Rates;
  readonly #total: Rates;
  readonly #wallClock: WallClock;
  readonly #edgesOf: EdgesOf;
  /** Null once a connection opened, closed or lost its slot: traffic alone does not change the order. */
  #order: { readonly tracked: readonly Tracked[]; readonly ids: readonly number[] } | null = null;
  #ledger: LedgerSnapshot | null = null;
  #snapshot: Snapshot | null = null;
  #count = 0;

  constructor(atMs: number, wallClock: WallClock, edgesOf: EdgesOf = () => null) {
    this.#wallClock = wallClock;
    this.#edgesOf = edgesOf;
    this.#rates = new Rates(atMs);
    this.#total = new Rates(atMs);
    this.#total.start(0, atMs);
  }

  /** The snapshot at `atMs`; the same object as before while nothing changed and no rate is falling. */
  take(ledger: LedgerSnapshot, atMs: number): Snapshot {
    const isMoving = !this.#rates.isIdle || !this.#total.isIdle;
    if (this.#snapshot !== null && ledger === this.#ledger && !isMoving) return this.#snapshot;
    const { totals, discipline, table } = ledger;
    this.#ledger = ledger;
    this.#count += 1;
    this.#total.beginSample(atMs);
    this.#total.update(0, totals.bytesIn, totals.bytesOut);
    this.#rates.beginSample(atMs);
    const present = this.#update(table, atMs);
    if (this.#tracked.size > present) this.#removeAbsent();
    const { tracked, ids } = this.#inOrder();
    const connections = new ConnectionList(ids, (index) => this.#connectionOf(tracked[index], table));
    this.#snapshot = { at: atMs, connections, totals, rate: this.#total.rate(0), discipline };
    return this.#snapshot;
  }

  /** Bytes per second of a connection in each of the last 60 seconds, newest last. */
  history(id: number, atMs: number): readonly Rate[] {
    const tracked = this.#tracked.get(id);
    return tracked === undefined ? [] : this.#rates.history(tracked.rateIndex, atMs);
  }

  /** The last snapshot, which later ones do not change. Costs a copy of memory; makes no row. Throws before the first. */
  freeze(): FrozenSnapshot {
    if (this.#snapshot === null || this.#ledger === null) throw new Error('no snapshot to freeze');
    const { at } = this.#snapshot;
    const { ids, tracked } = this.#inOrder();
    const [table, rates] = [this.#ledger.table.copy(), this.#rates.copy()];
    // Copied, since the tracked objects change with the next snapshot.
    const indices = Int32Array.from(tracked, ({ index }) => index);
    const rateIndices = Int32Array.from(tracked, ({ rateIndex }) => rateIndex);
    const openedAt = Float64Array.from(tracked, ({ openedWallMs }) => openedWallMs);
    const connections = new ConnectionList(ids, (nth) => {
      const row = table.row(indices[nth] ?? 0);
      if (row === undefined) return undefined;
      const edges = (): Edges | null => this.#edgesOf(row);
      return { ...row, rate: rates.rate(rateIndices[nth] ?? 0), openedWallMs: openedAt[nth] ?? 0, edges };
    });
    return {
      snapshot: { ...this.#snapshot, connections },
      history: ({ id }) => rates.history(rateIndices[ids.indexOf(id)] ?? 0, at),
    };
  }

  /** Reads the whole table. Returns how many connections are in it. */
  #update(table: RowTable, atMs: number): number {
    let present = 0;
    for (let index = 0; index < table.count; index++) {
      const id = table.id(index);
      if (id === 0) continue;
      const tracked = this.#tracked.get(id) ?? this.#add(id, table.acceptedAt(index) || atMs);
      const closedAt = table.closedAt(index);
      if (closedAt !== tracked.closedAt) this.#order = null;
      tracked.index = index;
      tracked.closedAt = closedAt;
      tracked.seenIn = this.#count;
      this.#rates.update(tracked.rateIndex, table.bytesIn(index), table.bytesOut(index));
      present += 1;
    }
    return present;
  }

  #add(id: number, atMs: number): Tracked {
    const rateIndex = this.#freeIndices.pop() ?? this.#tracked.size;
    const openedWallMs = this.#wallClock.of(atMs);
    const fresh = { index: 0, closedAt: 0, seenIn: 0, row: null, connection: null };
    const tracked: Tracked = { id, rateIndex, openedWallMs, ...fresh };
    this.#tracked.set(id, tracked);
    this.#rates.start(rateIndex, atMs);
    this.#order = null;
    return tracked;
  }

  /** Removes connections whose slot another one has by now. */
  #removeAbsent(): void {
    for (const [id, { rateIndex, seenIn }] of this.#tracked) {
      if (seenIn === this.#count) continue;
      this.#tracked.delete(id);
      this.#freeIndices.push(rateIndex);
    }
    this.#order = null;
  }

  /** The same object as before while nothing in it changed. */
  #connectionOf(tracked: Tracked | undefined, table: RowTable): Connection | undefined {
    const row = tracked === undefined ? undefined : table.row(tracked.index);
    if (tracked === undefined || row?.id !== tracked.id) return undefined;
    const rate = this.#rates.rate(tracked.rateIndex);
    if (tracked.row !== row || tracked.connection?.rate.in !== rate.in || tracked.connection.rate.out !== rate.out) {
      tracked.row = row;
      tracked.connection = { ...row, rate, openedWallMs: tracked.openedWallMs, edges: () => this.#edgesOf(row) };
    }
    return tracked.connection;
  }

  #inOrder() {
    if (this.#order === null) {
      const tracked = [...this.#tracked.values()].sort(inListOrder);
      this.#order = { tracked, ids: tracked.map(({ id }) => id) };
    }
    return this.#order;
  }
}

/** Open ones first, newest first; then the closed, last closed first. */
const inListOrder = (a: Tracked, b: Tracked): number => {
  if (a.closedAt === 0 && b.closedAt === 0) return b.id - a.id;
  if (a.closedAt === 0) return -1;
  if (b.closedAt === 0) return 1;
  return b.closedAt - a.closedAt || b.id - a.id;
};
