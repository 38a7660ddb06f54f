import { useEffect, useMemo, useState } from 'react';
import type { Filter } from '../../model/filter.ts';
import { ConnectionList } from '../../model/snapshot.ts';
import { sortRows } from '../../model/sort-order.ts';
import type { Feed, View } from '../../model/view.ts';
import { startOfDay } from '../../text/format.ts';
import type { ListViewState } from './list-view.ts';

/** Check this long after midnight, ms: a timer may come a little early. */
const marginMs = 1000;
/** Check at least this often, ms: the wall clock may be set, and timers stop while the machine sleeps. */
const checkMs = 60_000;

/** Midnight before now, ms since 1970. Draws again when a day ends. */
const useToday = (wallNow: () => number): number => {
  const [, setDay] = useState(() => startOfDay(wallNow()));
  useEffect(() => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const leftMs = new Date(wallNow()).setHours(24, 0, 0, 0) - wallNow();
      timer = setTimeout(check, Math.min(leftMs + marginMs, checkMs));
    };
    const check = (): void => {
      setDay(startOfDay(wallNow()));
      wait();
    };
    wait();
    return () => clearTimeout(timer);
  }, [wallNow]);
  return startOfDay(wallNow());
};

/** The view that is drawn: that of the feed, or with a frozen snapshot. The chat goes on in either case. */
export interface DisplayedView {
  readonly view: View;
  /** Monotonic ms; constant while frozen. */
  readonly now: () => number;
  readonly history: Feed['history'];
  /** The end of the embedded client, as in `peer` of its row. */
  readonly own: string | null;
  /** Midnight before it, ms since 1970. */
  readonly todayMs: number;
  /** When it was frozen, ms since 1970; null while it moves. */
  readonly frozenWallMs: number | null;
}

/** Monotonic ms, and ms since 1970. */
interface Clocks {
  readonly now: () => number;
  readonly wallNow: () => number;
}

/** The view of this moment, or with the snapshot of the moment when `isFrozen` became true. */
export const useDisplayedView = (feed: Feed, live: View, isFrozen: boolean, clocks: Clocks): DisplayedView => {
  const [frozen, setFrozen] = useState<ReturnType<typeof freeze> | null>(null);
  // React allows to set state while drawing where it follows a prop: no frame shows anything newer.
  if (isFrozen !== (frozen !== null)) setFrozen(isFrozen ? freeze(feed, live, clocks) : null);
  const todayMs = useToday(clocks.wallNow);
  const view = useMemo(() => (frozen === null ? live : { ...live, snapshot: frozen.snapshot }), [frozen, live]);
  if (frozen === null) {
    const own = live.client.local;
    return { view, now: clocks.now, history: feed.history, own, todayMs, frozenWallMs: null };
  }
  const { now, history, own, sinceWallMs } = frozen;
  return { view, now, history, own, todayMs: startOfDay(sinceWallMs), frozenWallMs: sinceWallMs };
};

const freeze = (feed: Feed, { client }: View, { now, wallNow }: Clocks) => {
  const sinceMs = now();
  return { ...feed.freeze(), own: client.local, sinceWallMs: wallNow(), now: () => sinceMs };
};

/** The rows of the list. */
export interface Rows {
  /** Those that the filter matches, in the order of the snapshot. */
  readonly matching: ConnectionList;
  /** The same, in the order of the list. */
  readonly shown: ConnectionList;
}

/** Filters and sorts: once for each snapshot, filter and order, and when time alone changes what the filter matches. */
export const useRows = (displayed: DisplayedView, { filter, order }: ListViewState): Rows => {
  const { connections } = displayed.view.snapshot;
  const nowMs = useFilterTime(displayed, filter);
  return useMemo(() => {
    const matching =
      filter.text === '' ? connections : ConnectionList.of(connections.all.filter((row) => filter.matches(row, nowMs)));
    const shown = order === null ? matching : ConnectionList.of(sortRows(matching.all, order));
    return { matching, shown };
  }, [connections, filter, order, nowMs]);
};

/**
 * The monotonic time at which a filter is applied: that of the snapshot. A filter by age is also checked each second, and
 * a later time is returned, and drawn, only where it matches other rows.
 */
const useFilterTime = ({ view, now, frozenWallMs }: DisplayedView, filter: Filter): number => {
  const { at, connections } = view.snapshot;
  const [applied, setApplied] = useState({ filter, atMs: at });
  // The snapshot may be old when a filter is typed.
  if (filter !== applied.filter) setApplied({ filter, atMs: now() });
  const nowMs = filter.isAging ? Math.max(at, applied.atMs) : at;
  const goesOn = filter.isAging && frozenWallMs === null;
  useEffect(() => {
    if (!goesOn) return;
    const check = (): void => {
      const atMs = now();
      if (connections.all.some((row) => filter.matches(row, atMs) !== filter.matches(row, nowMs)))
        setApplied({ filter, atMs });
    };
    const timer = setInterval(check, 1000);
    return () => clearInterval(timer);
  }, [connections, filter, goesOn, now, nowMs]);
  return nowMs;
};
