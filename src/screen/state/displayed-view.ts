import { useEffect, useMemo, useState } from 'react';
import type { Filter } from '../../model/filter.ts';

import { ConnectionList, type Snapshot } from '../../model/snapshot.ts';
import { sortRows } from '../../model/sort-order.ts';
import type { Feed, View } from '../../model/view.ts';
import { startOfDay } from '../../text/format.ts';
import type { ListViewState } from './list-view.ts';

/** How long after midnight it is looked again, ms: a timer may come a little early. */
const marginMs = 1000;
/** How often it is looked at least, ms: the wall clock may be set, and a timer stands still while the machine sleeps. */
const lookMs = 60_000;

/** Midnight before now, ms since 1970. Changes when a day ends, though nothing else happens. */
const useToday = (wallNow: () => number): number => {
  const [, setDay] = useState(() => startOfDay(wallNow()));
  useEffect(() => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const leftMs = new Date(wallNow()).setHours(24, 0, 0, 0) - wallNow();
      timer = setTimeout(look, Math.min(leftMs + marginMs, lookMs));
    };
    const look = (): void => {
      setDay(startOfDay(wallNow()));
      wait();
    };
    wait();
    return () => clearTimeout(timer);
  }, [wallNow]);
  return startOfDay(wallNow());
};

/** What is drawn: what the feed shows, or what it showed when it was frozen. The chat goes on in either case. */
export interface DisplayedView {
  readonly view: View;
  /** Monotonic ms: stands still with the picture. */
  readonly now: () => number;
  readonly history: Feed['history'];
  /** Our own client's end, as the list has it. */
  readonly own: string | null;
  /** Midnight before it, ms since 1970. */
  readonly todayMs: number;
  /** Since when it has stood still, ms since 1970; null while it moves. */
  readonly frozenWallMs: number | null;
}

interface Frozen {
  readonly snapshot: Snapshot;
  readonly now: () => number;
  readonly own: string | null;
  readonly sinceWallMs: number;
  readonly history: Feed['history'];
}

/** Monotonic ms, and ms since 1970. */
interface Clocks {
  readonly now: () => number;
  readonly wallNow: () => number;
}

/** The picture of this moment, or the one that was there when `isFrozen` became true. */
export const useDisplayedView = (feed: Feed, live: View, isFrozen: boolean, clocks: Clocks): DisplayedView => {
  const [frozen, setFrozen] = useState<Frozen | null>(null);
  // Set while drawing, as React allows for state that follows a prop: no frame shows anything newer.
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

const freeze = (feed: Feed, { client }: View, { now, wallNow }: Clocks): Frozen => {
  const sinceMs = now();
  return { ...feed.freeze(), own: client.local, sinceWallMs: wallNow(), now: () => sinceMs };
};

/** The rows of the list. */
export interface Rows {
  /** Those that the filter lets through, as the snapshot has them. */
  readonly matching: ConnectionList;
  /** The same, in the order of the list. */
  readonly shown: ConnectionList;
}

/** Filters and sorts: once for each snapshot, filter and order, and where time alone changes what the filter lets through. */
export const useRows = (picture: DisplayedView, { filter, order }: ListViewState): Rows => {
  const { connections } = picture.view.snapshot;
  const nowMs = useFilterTime(picture, filter);
  return useMemo(() => {
    const matching =
      filter.text === '' ? connections : ConnectionList.of(connections.all.filter((row) => filter.matches(row, nowMs)));
    const shown = order === null ? matching : ConnectionList.of(sortRows(matching.all, order));
    return { matching, shown };
  }, [connections, filter, order, nowMs]);
};

/**
 * The monotonic time for which a filter is to be asked: that of the snapshot, unless the filter goes by time. Then what
 * it lets through is looked at each second as well, and a later time is given, and drawn, only where that has changed.
 */
const useFilterTime = ({ view, now, frozenWallMs }: DisplayedView, filter: Filter): number => {
  const { at, connections } = view.snapshot;
  const [asked, setAsked] = useState({ filter, atMs: at });
  // The snapshot may be long past when a filter is typed.
  if (filter !== asked.filter) setAsked({ filter, atMs: now() });
  const nowMs = filter.isAging ? Math.max(at, asked.atMs) : at;
  const goesOn = filter.isAging && frozenWallMs === null;
  useEffect(() => {
    if (!goesOn) return;
    const look = (): void => {
      const atMs = now();
      if (connections.all.some((row) => filter.matches(row, atMs) !== filter.matches(row, nowMs)))
        setAsked({ filter, atMs });
    };
    const timer = setInterval(look, 1000);
    return () => clearInterval(timer);
  }, [connections, filter, goesOn, now, nowMs]);
  return nowMs;
};
