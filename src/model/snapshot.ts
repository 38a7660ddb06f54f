import type { Discipline, Row, Totals } from '../memory/ledger/row.ts';
import type { Edges } from '../memory/recorder/edges-reader.ts';

/** Bytes per second in each direction. */
export interface Rate {
  readonly in: number;
  readonly out: number;
}

/** A row, its live rate, its payload, and when it was opened by the wall clock. The same object while nothing in it changed. */
export interface Connection extends Row {
  readonly rate: Rate;
  /** When it was accepted, ms since 1970, by the wall clock as it stood when the connection was first seen. */
  readonly openedWallMs: number;
  /** Copies the first and last bytes of each direction (8 KiB at most) as they are now; null where they are gone. */
  readonly edges: () => Edges | null;
}

/** All connections and totals at one moment. */
export interface Snapshot {
  /** Monotonic ms at which it was taken. */
  readonly at: number;
  /** Open ones first, newest first; then the recently closed, last closed first. */
  readonly connections: ConnectionList;
  readonly totals: Totals;
  readonly rate: Rate;
  readonly discipline: Discipline;
}

/** A snapshot that later ones do not change, with the histories of its moment. */
export interface FrozenSnapshot {
  readonly snapshot: Snapshot;
  readonly history: (connection: Connection) => readonly Rate[];
}

/** An ordered list. Each connection is made when it is first asked for, since the screen shows thirty of ten thousand. */
export class ConnectionList {
  /** Their numbers. The same array as before while connections and order are the same. */
  readonly ids: readonly number[];
  readonly #at: (index: number) => Connection | undefined;
  readonly #made = new Map<number, Connection>();
  #all: readonly Connection[] | null = null;

  /** `at` makes the connection at an index of `ids`. */
  constructor(ids: readonly number[], at: (index: number) => Connection | undefined) {
    this.ids = ids;
    this.#at = at;
  }

  /** A list of connections that exist already. */
  static of(connections: readonly Connection[]): ConnectionList {
    return new ConnectionList(
      connections.map(({ id }) => id),
      (index) => connections[index],
    );
  }

  get length(): number {
    return this.ids.length;
  }

  /** Makes and returns all of them. */
  get all(): readonly Connection[] {
    this.#all ??= this.slice(0, this.length);
    return this.#all;
  }

  at(index: number): Connection | undefined {
    const made = this.#made.get(index);
    if (made !== undefined) return made;
    const connection = this.#at(index);
    if (connection !== undefined) this.#made.set(index, connection);
    return connection;
  }

  /** From index `start` up to, but without, `end`. */
  slice(start: number, end: number): readonly Connection[] {
    const length = Math.max(0, Math.min(end, this.length) - start);
    return Array.from({ length }, (_, n) => this.at(start + n)).filter((connection) => connection !== undefined);
  }

  /** The connection with this number. */
  byId(id: number | null | undefined): Connection | undefined {
    const index = typeof id === 'number' ? this.ids.indexOf(id) : -1;
    return index === -1 ? undefined : this.at(index);
  }
}
