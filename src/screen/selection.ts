import type { ConnectionList } from '../model/connections.ts';

/**
 * The connection that is looked at until one is chosen: the client's own, else the oldest open one, else the last
 * closed. Newcomers go above the oldest, so they don't take its place.
 */
export const preferredId = (connections: ConnectionList, ownPeer: string | null): number | null => {
  let oldest: number | null = null;
  // From the end, where the oldest stand: the client was there before the crowd.
  for (let index = connections.length - 1; index >= 0; index -= 1) {
    const row = connections.at(index);
    if (row?.how !== null) continue;
    if (ownPeer === null || row.peer === ownPeer) return row.id;
    oldest ??= row.id;
  }
  return oldest ?? connections.ids[0] ?? null;
};

/** The chosen connection as long as the ledger has it, else the preferred one. */
export const selectedId = (chosen: number | null, ids: readonly number[], preferred: number | null): number | null =>
  chosen !== null && ids.includes(chosen) ? chosen : preferred;

/** First row on view: as near to `top` as it can be with row `index` of `count` among `rows` visible ones. */
export const visibleTop = (count: number, index: number, top: number, rows: number): number => {
  const kept = Math.min(Math.max(top, index - rows + 1), Math.max(index, 0));
  return Math.max(0, Math.min(kept, count - rows));
};
