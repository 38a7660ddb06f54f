import { useEffect, useState } from 'react';
import type { ConnectionList } from '../../model/snapshot.ts';

/** How long the selection stays with a peer before it follows a newer one, ms: one can read what it said. */
const holdMs = 1000;

/**
 * The selection until a key changes it: the newest outside peer, open or gone, so that what it says is on the screen
 * without any key. Where there is none, our own client.
 */
export class Follower {
  /** Connections of the embedded client: those that it had before are none of outside peers either. */
  readonly #own = new Set<number>();
  #id: number | null = null;
  #sinceMs = Number.NEGATIVE_INFINITY;

  /** The connection to select, and when to ask again, ms from now; null: with the next picture. */
  follow(
    connections: ConnectionList,
    ownPeer: string | null,
    nowMs: number,
  ): { readonly id: number | null; readonly againMs: number | null } {
    const newest = this.#newestOutside(connections, ownPeer);
    if (newest === null) return { id: connections.ids.reduce<number | null>(larger, null), againMs: null };
    if (newest === this.#id) return { id: newest, againMs: null };
    const held = connections.byId(this.#id);
    const heldMs = nowMs - this.#sinceMs;
    // The row of our own client may have come before its address was known.
    const isOutside = held !== undefined && !this.#own.has(held.id) && held.peer !== ownPeer;
    if (isOutside && heldMs < holdMs) return { id: held.id, againMs: holdMs - heldMs };
    this.#id = newest;
    this.#sinceMs = nowMs;
    return { id: newest, againMs: null };
  }

  #newestOutside(connections: ConnectionList, ownPeer: string | null): number | null {
    for (;;) {
      const newest = connections.ids.reduce<number | null>(
        (best, id) => (this.#own.has(id) ? best : larger(best, id)),
        null,
      );
      if (newest === null || connections.byId(newest)?.peer !== ownPeer) return newest;
      this.#own.add(newest);
    }
  }
}

const larger = (best: number | null, id: number): number => (best === null ? id : Math.max(best, id));

/** The same for a screen: it draws again when the selection may go on. */
export const useFollowed = (connections: ConnectionList, ownPeer: string | null, now: () => number): number | null => {
  const [follower] = useState(() => new Follower());
  const [, draw] = useState(0);
  const { id, againMs } = follower.follow(connections, ownPeer, now());
  useEffect(() => {
    if (againMs === null) return;
    const timer = setTimeout(() => draw((times) => times + 1), againMs);
    return () => clearTimeout(timer);
  }, [againMs]);
  return id;
};
