import type { ServedPeer } from './connection-context.ts';

/**
 * The connections and UDP peers of a server, by their slots.
 *
 * Not a Map: V8 makes a new table for one that is entered and left all the time, every few connections, and the old table
 * keeps the new one, and whoever was in it, alive until all of the memory is collected. With a Map nothing that a
 * connection had was given back before, and each collection took 4 to 10 ms instead of 0.4 (measured).
 */
export class ConnectionTable {
  readonly #slots: (ServedPeer | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(slot: number, member: ServedPeer): void {
    if (this.#slots[slot] === undefined) this.#size++;
    this.#slots[slot] = member;
  }

  delete(slot: number): void {
    if (this.#slots[slot] !== undefined) this.#size--;
    this.#slots[slot] = undefined;
  }

  /** Looks at all: it is people who name a connection. */
  byId(id: number): ServedPeer | undefined {
    return this.#slots.find((member) => member?.id === id);
  }

  *[Symbol.iterator](): Generator<ServedPeer> {
    for (const member of this.#slots) if (member !== undefined) yield member;
  }
}

/** Something that waits for its peer to take bytes. */
export interface StalledConnection {
  /** Counts what the kernel has taken since the last look. */
  readonly progress: () => void;
}

/** How often the bytes that trickle out to slow peers are counted, ms. */
const intervalMs = 100;

/** The connections that wait for their peers. One timer for all of them, none while nobody waits. */
export class StalledConnections {
  readonly #members = new Set<StalledConnection>();
  #timer: NodeJS.Timeout | undefined;

  add(member: StalledConnection): void {
    this.#members.add(member);
    this.#timer ??= setInterval(() => {
      for (const each of this.#members) each.progress();
    }, intervalMs);
  }

  delete(member: StalledConnection): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
