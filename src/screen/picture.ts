import { useMemo, useState } from 'react';
import { Connections } from '../model/connections.ts';
import { inOrder } from '../model/order.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Feed, View } from '../model/view.ts';
import type { Finding } from './finding.ts';
import { useSeconds } from './seconds.ts';

/** What is drawn: what the feed shows, or what it showed when it was frozen. The chat goes on in either case. */
export interface Picture {
  readonly view: View;
  /** The clock of the ages: it stands still with the picture. */
  readonly now: () => number;
  readonly history: Feed['history'];
  /** For how long it has stood still; null while it moves. */
  readonly frozenMs: number | null;
}

interface Frozen {
  readonly snapshot: Snapshot;
  readonly now: () => number;
  readonly sinceMs: number;
  readonly history: Feed['history'];
}

/** The picture of this moment, or the one that was there when `isFrozen` became true. */
export const usePicture = (feed: Feed, live: View, isFrozen: boolean, now: () => number): Picture => {
  const [frozen, setFrozen] = useState<Frozen | null>(null);
  // Set while drawing, as React allows for state that follows a prop: no frame shows anything newer.
  if (isFrozen !== (frozen !== null)) setFrozen(isFrozen ? freeze(feed, now()) : null);
  const tickMs = useSeconds(now, isFrozen);
  const view = useMemo(() => (frozen === null ? live : { ...live, snapshot: frozen.snapshot }), [frozen, live]);
  if (frozen === null) return { view, now, history: feed.history, frozenMs: null };
  return { view, now: frozen.now, history: frozen.history, frozenMs: Math.max(0, tickMs - frozen.sinceMs) };
};

const freeze = (feed: Feed, sinceMs: number): Frozen => ({ ...feed.keep(), sinceMs, now: () => sinceMs });

/** The rows of the list. */
export interface Rows {
  /** Those that the filter lets through, as the snapshot has them. */
  readonly matching: Connections;
  /** The same, in the order of the list. */
  readonly shown: Connections;
}

/** Filters and sorts: once for each snapshot, filter and order, and each second where time alone may change the list. */
export const useRows = ({ view, now }: Picture, { filter, order }: Finding): Rows => {
  const { connections, at } = view.snapshot;
  const tickMs = useSeconds(now, filter.isAging || order?.by === 'age');
  const nowMs = filter.isAging || order?.by === 'age' ? Math.max(at, tickMs) : at;
  return useMemo(() => {
    const matching =
      filter.text === '' ? connections : Connections.of(connections.all.filter((row) => filter.matches(row, nowMs)));
    const shown = order === null ? matching : Connections.of(inOrder(matching.all, order, nowMs));
    return { matching, shown };
  }, [connections, filter, order, nowMs]);
};
