import { describe, expect, it } from 'vitest';
import { ArrayRowTable, LedgerSnapshot } from '../../src/memory/ledger/snapshot.ts';
import type { BothEnds } from '../../src/memory/recorder/connection-reader.ts';
import { MergedRingReader } from '../../src/memory/recorder/merged-reader.ts';
import { LiveFeed } from '../../src/model/feed.ts';
import { recordsOf } from '../support/recording.ts';
import { rowWith } from './row.ts';

/** A feed over one connection. */
const setUp = () => {
  let ends: BothEnds | null = { server: recordsOf(['recv', 'hi']), client: null };
  let rows = [rowWith({ id: 7, bytesIn: 2, reads: 1, bytesOut: 0, writes: 0 })];
  const feed = new LiveFeed({
    read: () =>
      new LedgerSnapshot({ open: 1, served: 7, refused: 0, bytesIn: 0, bytesOut: 0 }, 'chunk', new ArrayRowTable(rows)),
    now: () => 2000,
    detail: { ends: () => ends, edges: () => ends?.server.edges ?? null, talk: () => new MergedRingReader([]) },
  });
  return {
    feed,
    say: (said: BothEnds | null) => {
      ends = said;
    },
    lose: () => {
      rows = [];
    },
  };
};

describe('looking at a connection', () => {
  it('shows what it has said so far', () => {
    const { feed } = setUp();
    feed.refresh();
    expect(feed.view().detail).toBeNull();
    feed.showDetail(7);
    expect(feed.view().detail).toMatchObject({ id: 7, startMs: 1000, calls: { calls: [{ call: 'recv', bytes: 2 }] } });
    expect(feed.view().detail?.pieces).toMatchObject([{ by: 'peer', offset: 0, skipped: 0 }]);
    feed.showDetail(null);
    expect(feed.view().detail).toBeNull();
  });

  it('shows nothing new while nothing comes, and what was laid out before stays the same', () => {
    const { feed, say } = setUp();
    feed.showDetail(7);
    const before = feed.view().detail;
    feed.refresh();
    expect(feed.view().detail).toBe(before);
    const { records } = recordsOf(['recv', 'hi'], ['send', 'hi']);
    say({ server: { records, edges: null }, client: null });
    feed.refresh();
    expect(feed.view().detail?.pieces).toHaveLength(2);
    const [first] = feed.view().detail?.pieces ?? [];
    say({ server: { records: [...records], edges: null }, client: null });
    feed.refresh();
    expect(feed.view().detail?.pieces[0]).toBe(first);
  });

  it('keeps what it has seen of a connection that the ledger or the recorder forgot', () => {
    const { feed, say, lose } = setUp();
    feed.showDetail(7);
    const before = feed.view().detail;
    say(null);
    feed.refresh();
    expect(feed.view().detail).toBe(before);
    lose();
    feed.refresh();
    expect(feed.view().detail).toBe(before);
  });
});
