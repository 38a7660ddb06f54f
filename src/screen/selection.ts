import type { Connection } from '../model/snapshot.ts';

/**
 * The connection that is looked at until one is chosen: the client's own, else the oldest open one, else the last
 * closed. Newcomers go above the oldest, so they don't take its place.
 */
export const preferredId = (connections: readonly Connection[], ownPeer: string | null): number | null => {
  const own = ownPeer === null ? undefined : connections.find((row) => row.peer === ownPeer);
  const open = own ?? connections.findLast((row) => row.how === null);
  return (open ?? connections.at(0))?.id ?? null;
};

/** The chosen connection as long as the ledger has it, else the preferred one. */
export const selectedId = (chosen: number | null, ids: readonly number[], preferred: number | null): number | null =>
  chosen !== null && ids.includes(chosen) ? chosen : preferred;

/** First row on view: as near to `top` as it can be with row `index` of `count` among `rows` visible ones. */
export const visibleTop = (count: number, index: number, top: number, rows: number): number => {
  const kept = Math.min(Math.max(top, index - rows + 1), Math.max(index, 0));
  return Math.max(0, Math.min(kept, count - rows));
};
