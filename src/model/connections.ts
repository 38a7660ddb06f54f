import type { Connection } from './snapshot.ts';

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
