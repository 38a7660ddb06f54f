import { describe, expect, it } from 'vitest';
import { RowPlaces } from '../../src/ledger/places.ts';
import { Reading } from '../../src/ledger/reading.ts';
import type { TapRecord } from '../../src/ledger/tap.ts';
import { LiveFeed } from '../../src/model/feed.ts';
import type { Life } from '../../src/model/life.ts';
import { rowWith } from './row.ts';

const life: Life = { calls: [], client: null };
const data: TapRecord = { type: 'data', call: 'recv', at: 1, bytes: new Uint8Array(2), length: 2 };

/** A feed over one connection, and what was asked to be tapped. */
const setUp = () => {
  const tapped: (number | null)[] = [];
  const waiting: TapRecord[] = [];
  let rows = [rowWith({ id: 7 })];
  const feed = new LiveFeed({
    read: () => new Reading({ open: 1, served: 7, refused: 0, bytesIn: 0, bytesOut: 0 }, 'chunk', new RowPlaces(rows)),
    now: () => 2000,
    lens: {
      life: () => life,
      tap: (id) => {
        tapped.push(id);
        return id === null ? null : { take: () => waiting.splice(0), untold: () => ({ recv: 0, send: 0 }) };
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
    feed.look();
    expect(feed.view().detail).toBeNull();
    feed.lookAt(7);
    expect(feed.view().detail).toMatchObject({ id: 7, startMs: 1000, life });
    expect(feed.view().detail?.pieces).toHaveLength(1);
    feed.lookAt(null);
    expect(feed.view().detail).toBeNull();
    expect(tapped).toEqual([7, null]);
  });

  it('shows nothing new while nothing comes', () => {
    const { feed, waiting } = setUp();
    feed.lookAt(7);
    const before = feed.view().detail;
    feed.look();
    expect(feed.view().detail).toBe(before);
    waiting.push(data);
    feed.look();
    expect(feed.view().detail).not.toBe(before);
  });

  it('keeps what it has seen of a connection that the ledger forgot', () => {
    const { feed, waiting, lose } = setUp();
    feed.lookAt(7);
    lose();
    waiting.push(data);
    feed.look();
    expect(feed.view().detail).toMatchObject({ id: 7, startMs: 1000, life });
  });
});
