import type { WallClock } from '../memory/clock.ts';
import type { Row } from '../memory/ledger/row.ts';
import type { LedgerSnapshot, RowTable } from '../memory/ledger/snapshot.ts';
import { Rates } from './rates.ts';
import { type Connection, ConnectionList, type Rate, type Snapshot } from './snapshot.ts';

/** What is known of a connection beside its numbers; its rates are under `index`. */
interface Tracked {
  readonly id: number;
  readonly index: number;
  readonly openedWallMs: number;
  /** Where the last reading had it. */
  place: number;
  /** Monotonic ms, 0 while it is open. */
  closedAt: number;
  /** The last reading that had it, counted from 1. */
  turn: number;
  /** What it was when it was last asked for, and of which row that was made. */
  row: Row | null;
  connection: Connection | null;
}

/** A snapshot that stays as it is, and the histories of that moment. */
export interface FrozenSnapshot {
  readonly snapshot: Snapshot;
  readonly history: (connection: Connection) => readonly Rate[];
}

/**
 * Turns readings of the ledger into snapshots: adds rates, puts the rows in order, keeps what did not change.
 *
 * A snapshot is of one moment as long as it is the last: what is first asked of it after the next one was taken is of
 * that later moment. `keep` makes one that lasts.
 */
export class Tracker {
  readonly #tracked = new Map<number, Tracked>();
  /** Numbers among the rates that nobody has any more. */
  readonly #free: number[] = [];
  readonly #rates: Rates;
  readonly #total: Rates;
  readonly #wallClock: WallClock;
  /** Null where somebody came or went since it was made: traffic alone does not change it. */
  #order: { readonly tracked: readonly Tracked[]; readonly ids: readonly number[] } | null = null;
  #reading: LedgerSnapshot | null = null;
  #snapshot: Snapshot | null = null;
  #turn = 0;

  constructor(atMs: number, wallClock: WallClock) {
    this.#wallClock = wallClock;
    this.#rates = new Rates(atMs);
    this.#total = new Rates(atMs);
    this.#total.begin(0, atMs);
  }

  /** The snapshot at `atMs`; the same object as before when nothing changed and no rate is still falling. */
  take(reading: LedgerSnapshot, atMs: number): Snapshot {
    const isMoving = !this.#rates.isStill || !this.#total.isStill;
    if (this.#snapshot !== null && reading === this.#reading && !isMoving) return this.#snapshot;
    const { totals, discipline, table } = reading;
    this.#reading = reading;
    this.#turn += 1;
    this.#total.look(atMs);
    this.#total.enter(0, totals.bytesIn, totals.bytesOut);
    this.#rates.look(atMs);
    const present = this.#follow(table, atMs);
    if (this.#tracked.size > present) this.#forget();
    const { tracked, ids } = this.#inOrder();
    const connections = new ConnectionList(ids, (index) => connectionOf(tracked[index], reading.table, this.#rates));
    this.#snapshot = { at: atMs, connections, totals, rate: this.#total.rate(0), discipline };
    return this.#snapshot;
  }

  /** Bytes per second of a connection in each of the last 60 seconds, newest last. */
  history(id: number, atMs: number): readonly Rate[] {
    const tracked = this.#tracked.get(id);
    return tracked === undefined ? [] : this.#rates.history(tracked.index, atMs);
  }

  /**
   * The last snapshot, for longer than until the next one. Costs a copy of memory, and makes no row. Throws where none was
   * taken.
   */
  freeze(): FrozenSnapshot {
    if (this.#snapshot === null || this.#reading === null) throw new Error('no snapshot to keep');
    const { at } = this.#snapshot;
    const { ids, tracked } = this.#inOrder();
    const [places, rates] = [this.#reading.table.copy(), this.#rates.keep()];
    // Those that are tracked move on.
    const placeOf = Int32Array.from(tracked, ({ place }) => place);
    const indexOf = Int32Array.from(tracked, ({ index }) => index);
    const openedAt = Float64Array.from(tracked, ({ openedWallMs }) => openedWallMs);
    const connections = new ConnectionList(ids, (nth) => {
      const row = places.row(placeOf[nth] ?? 0);
      if (row === undefined) return undefined;
      return { ...row, rate: rates.rate(indexOf[nth] ?? 0), openedWallMs: openedAt[nth] ?? 0 };
    });
    return {
      snapshot: { ...this.#snapshot, connections },
      history: ({ id }) => rates.history(indexOf[ids.indexOf(id)] ?? 0, at),
    };
  }

  /** Looks at every place, and returns how many connections there are. */
  #follow(places: RowTable, atMs: number): number {
    let present = 0;
    for (let place = 0; place < places.count; place++) {
      const id = places.id(place);
      if (id === 0) continue;
      const one = this.#tracked.get(id) ?? this.#begin(id, places.acceptedAt(place) || atMs);
      const closedAt = places.closedAt(place);
      if (closedAt !== one.closedAt) this.#order = null;
      one.place = place;
      one.closedAt = closedAt;
      one.turn = this.#turn;
      this.#rates.enter(one.index, places.bytesIn(place), places.bytesOut(place));
      present += 1;
    }
    return present;
  }

  #begin(id: number, atMs: number): Tracked {
    const index = this.#free.pop() ?? this.#tracked.size;
    const openedWallMs = this.#wallClock.of(atMs);
    const one: Tracked = { id, index, openedWallMs, place: 0, closedAt: 0, turn: 0, row: null, connection: null };
    this.#tracked.set(id, one);
    this.#rates.begin(index, atMs);
    this.#order = null;
    return one;
  }

  /** Drops connections whose slot was taken by another. */
  #forget(): void {
    for (const [id, { index, turn }] of this.#tracked) {
      if (turn === this.#turn) continue;
      this.#tracked.delete(id);
      this.#free.push(index);
    }
    this.#order = null;
  }

  #inOrder() {
    if (this.#order === null) {
      const tracked = [...this.#tracked.values()].sort(byInterest);
      this.#order = { tracked, ids: tracked.map(({ id }) => id) };
    }
    return this.#order;
  }
}

/** Keeps its identity as long as nothing in it changed. */
const connectionOf = (one: Tracked | undefined, places: RowTable, rates: Rates): Connection | undefined => {
  const row = one === undefined ? undefined : places.row(one.place);
  if (one === undefined || row?.id !== one.id) return undefined;
  const rate = rates.rate(one.index);
  if (one.row !== row || one.connection?.rate.in !== rate.in || one.connection.rate.out !== rate.out) {
    one.row = row;
    one.connection = { ...row, rate, openedWallMs: one.openedWallMs };
  }
  return one.connection;
};

/** Open ones first, newest first; then the closed, last closed first. */
const byInterest = (a: Tracked, b: Tracked): number => {
  if (a.closedAt === 0 && b.closedAt === 0) return b.id - a.id;
  if (a.closedAt === 0) return -1;
  if (b.closedAt === 0) return 1;
  return b.closedAt - a.closedAt || b.id - a.id;
};
