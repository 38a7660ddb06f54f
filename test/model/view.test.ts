import { describe, expect, it } from 'vitest';
import type { CallHistory } from '../../src/memory/ledger/row.ts';
import { ArrayRowTable, LedgerSnapshot } from '../../src/memory/ledger/snapshot.ts';
import type { TapRecord } from '../../src/memory/tap.ts';
import { LiveFeed } from '../../src/model/feed.ts';
import { rowWith } from './row.ts';

const life: CallHistory = { calls: [], client: null };
const data: TapRecord = { type: 'data', call: 'recv', at: 1, bytes: new Uint8Array(2), length: 2 };

/** A feed over one connection, and what was asked to be tapped. */
const setUp = () => {
  const tapped: (number | null)[] = [];
  const waiting: TapRecord[] = [];
  let rows = [rowWith({ id: 7 })];
  const feed = new LiveFeed({
    read: () =>
      new LedgerSnapshot({ open: 1, served: 7, refused: 0, bytesIn: 0, bytesOut: 0 }, 'chunk', new ArrayRowTable(rows)),
    now: () => 2000,
    detail: {
      calls: () => life,
      tap: (id) => {
        tapped.push(id);
        return id === null ? null : { take: () => waiting.splice(0), unreported: () => ({ recv: 0, send: 0 }) };
      },
    },
  });
  return {
    feed,
    tapped,
    waiting,
    lose: () => {
      rows = [];
    },
  };
};

describe('looking at a connection', () => {
  it('copies the payload of that one, as long as it is looked at', () => {
    const { feed, tapped, waiting } = setUp();
    waiting.push(data);
    feed.refresh();
    expect(feed.view().detail).toBeNull();
    feed.showDetail(7);
    expect(feed.view().detail).toMatchObject({ id: 7, startMs: 1000, calls: life });
    expect(feed.view().detail?.pieces).toHaveLength(1);
    feed.showDetail(null);
    expect(feed.view().detail).toBeNull();
    expect(tapped).toEqual([7, null]);
  });

  it('shows nothing new while nothing comes', () => {
    const { feed, waiting } = setUp();
    feed.showDetail(7);
    const before = feed.view().detail;
    feed.refresh();
    expect(feed.view().detail).toBe(before);
    waiting.push(data);
    feed.refresh();
    expect(feed.view().detail).not.toBe(before);
  });

  it('keeps what it has seen of a connection that the ledger forgot', () => {
    const { feed, waiting, lose } = setUp();
    feed.showDetail(7);
    lose();
    waiting.push(data);
    feed.refresh();
    expect(feed.view().detail).toMatchObject({ id: 7, startMs: 1000, calls: life });
  });
});
