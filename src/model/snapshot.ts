import type { Discipline, Row, Totals } from '../memory/ledger/row.ts';

/** Bytes per second in each direction. */
export interface Rate {
  readonly in: number;
  readonly out: number;
}

/** A row with what only history can tell. Keeps its identity as long as nothing in it changed. */
export interface Connection extends Row {
  readonly rate: Rate;
  /** When it was accepted, ms since 1970, as the wall clock stood when it was first seen: setting the clock does not move it. */
  readonly openedWallMs: number;
}

/** The picture of one moment, which every face draws from. */
export interface Snapshot {
  /** Monotonic ms at which it was taken. */
  readonly at: number;
  /** Open ones first, newest first; then the recently closed, last closed first. */
  readonly connections: ConnectionList;
  readonly totals: Totals;
  readonly rate: Rate;
  readonly discipline: Discipline;
}

/** Connections in an order. Each is made when it is first asked for: a list shows thirty of ten thousand. */
export class ConnectionList {
  /** Their numbers. The same array as before as long as they are the same connections in the same order. */
  readonly ids: readonly number[];
  readonly #at: (index: number) => Connection | undefined;
  readonly #made = new Map<number, Connection>();
  #all: readonly Connection[] | null = null;

  /** `at` makes the one at an index of `ids`. */
  constructor(ids: readonly number[], at: (index: number) => Connection | undefined) {
    this.ids = ids;
    this.#at = at;
  }

  /** Some that are there already. */
  static of(connections: readonly Connection[]): ConnectionList {
    return new ConnectionList(
      connections.map(({ id }) => id),
      (index) => connections[index],
    );
  }

  get length(): number {
    return this.ids.length;
  }

  /** All of them made. */
  get all(): readonly Connection[] {
    this.#all ??= this.slice(0, this.length);
    return this.#all;
  }

  at(index: number): Connection | undefined {
    const made = this.#made.get(index);
    if (made !== undefined) return made;
    const one = this.#at(index);
    if (one !== undefined) this.#made.set(index, one);
    return one;
  }

  /** Those from `start` on and before `end`. */
  slice(start: number, end: number): readonly Connection[] {
    const length = Math.max(0, Math.min(end, this.length) - start);
    return Array.from({ length }, (_, place) => this.at(start + place)).filter((one) => one !== undefined);
  }

  /** The one with this number. */
  byId(id: number | null | undefined): Connection | undefined {
    const index = typeof id === 'number' ? this.ids.indexOf(id) : -1;
    return index === -1 ? undefined : this.at(index);
  }
}
