import type { ConnectionCommand } from '../../engine/protocol.ts';
import type { Ending } from '../../memory/ledger/row.ts';

/** A TCP connection or a UDP peer, as the server uses both. */
export interface ServedPeer {
  readonly id: number;
  /** Time since a byte moved in either direction, ms. */
  readonly idleMs: number;
  /** Whether bytes wait to be sent. */
  readonly owes: boolean;
  run(command: ConnectionCommand): void;
  /** Ends it in an orderly way. */
  end(how: Ending): void;
  /** Ends it at once. */
  abandon(): void;
}

/**
 * The connections and UDP peers of a server, by their slots.
 *
 * Not a Map: V8 makes a new table for one with many insertions and deletions, every few connections. The old table keeps
 * the new one and its entries alive until a full collection. With a Map no memory of a connection was freed before that,
 * and each collection took 4 to 10 ms instead of 0.4 (measured).
 */
export class ConnectionTable {
  readonly #slots: (ServedPeer | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(slot: number, peer: ServedPeer): void {
    if (this.#slots[slot] === undefined) this.#size++;
    this.#slots[slot] = peer;
  }

  delete(slot: number): void {
    if (this.#slots[slot] !== undefined) this.#size--;
    this.#slots[slot] = undefined;
  }

  /** A linear search: only people ask for a connection by its number. */
  byId(id: number): ServedPeer | undefined {
    return this.#slots.find((peer) => peer?.id === id);
  }

  *[Symbol.iterator](): Generator<ServedPeer> {
    for (const peer of this.#slots) if (peer !== undefined) yield peer;
  }
}
