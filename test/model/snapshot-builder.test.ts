import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WallClock } from '../../src/memory/clock.ts';
import { createLedger } from '../../src/memory/ledger/layout.ts';
import { LedgerReader } from '../../src/memory/ledger/reader.ts';
import { LedgerSnapshot } from '../../src/memory/ledger/snapshot.ts';
import { LedgerWriter } from '../../src/memory/ledger/writer.ts';
import { SnapshotBuilder } from '../../src/model/snapshot-builder.ts';

const setUp = () => {
  const ledger = createLedger(8);
  let now = 1000;
  const writer = new LedgerWriter(ledger, 1, () => now);
  const reader = new LedgerReader(ledger);
  const builder = new SnapshotBuilder(now, new WallClock(() => now));
  return {
    writer,
    reader,
    builder,
    at: (ms: number) => {
      now = ms;
    },
    take: () => builder.take(reader.read(), now),
    enter: (port: number) =>
      writer.enter(
        { transport: 'tcp', peerHost: '127.0.0.1', peerPort: port, localHost: '127.0.0.1', localPort: 1 },
        'chunk',
      ),
  };
};

describe('SnapshotBuilder', () => {
  it('puts open connections first, newest first, then the closed, last closed first', () => {
    const { writer, at, take, enter } = setUp();
    const [one, two] = [enter(1), enter(2), enter(3), enter(4)];
    at(2000);
    writer.close(two ?? -1, 'fin');
    at(3000);
    writer.close(one ?? -1, 'fin');
    expect(take().connections.all.map((connection) => connection.id)).toEqual([4, 3, 1, 2]);
  });

  it('puts in its place who comes, closes, or takes the slot of another between two snapshots', () => {
    const { writer, at, take, enter } = setUp();
    const ids = () => take().connections.all.map((connection) => connection.id);
    const [one, two] = [enter(1), enter(2)];
    expect(ids()).toEqual([2, 1]);
    enter(3);
    expect(ids()).toEqual([3, 2, 1]);
    at(2000);
    writer.close(two, 'fin');
    expect(ids()).toEqual([3, 1, 2]);
    at(3000);
    writer.close(one, 'fin');
    enter(4);
    expect(ids()).toEqual([4, 3, 1]);
  });

  it('gives the same snapshot while nothing changes, and connections keep their identity', () => {
    const { writer, take, enter } = setUp();
    enter(1);
    const slot = enter(2);
    const before = take();
    expect(take()).toBe(before);
    const [changing, still] = before.connections.all;
    writer.received(slot, 5);
    const after = take();
    expect(after.connections.ids).toBe(before.connections.ids);
    expect(after.connections.at(0)).toMatchObject({ id: changing?.id, bytesIn: 5 });
    expect(after.connections.at(0)).not.toBe(changing);
    expect(after.connections.at(1)).toBe(still);
  });

  it('lets rates fall to zero while no byte moves, then stands still', () => {
    const { writer, at, take, enter } = setUp();
    const slot = enter(1);
    at(1500);
    writer.received(slot, 1000);
    expect(take()).toMatchObject({ rate: { in: 1000 }, connections: { all: [{ rate: { in: 1000 } }] } });
    at(2500);
    expect(take()).toMatchObject({ rate: { in: 500 }, connections: { all: [{ rate: { in: 500 } }] } });
    at(3500);
    const rest = take();
    expect(rest).toMatchObject({ rate: { in: 0 }, connections: { all: [{ rate: { in: 0 } }] } });
    at(4500);
    expect(take()).toBe(rest);
  });

  it('keeps the history of each connection, and forgets it with its slot', () => {
    const { writer, builder, at, take, enter } = setUp();
    const slot = enter(1);
    writer.received(slot, 10);
    take();
    at(2500);
    writer.received(slot, 30);
    take();
    expect(builder.history(1, 2500).map((rate) => rate.in)).toEqual([30, 25]);
    writer.close(slot, 'fin');
    writer.close(enter(2), 'fin');
    enter(3);
    take();
    expect(builder.history(1, 2500)).toEqual([]);
  });

  it('makes the rows that are asked for, and no others', () => {
    const { reader, builder, enter } = setUp();
    for (let port = 1; port <= 8; port++) enter(port);
    const { totals, discipline, table } = reader.read();
    const made: number[] = [];
    const watched = {
      count: table.count,
      id: (place: number) => table.id(place),
      bytesIn: (place: number) => table.bytesIn(place),
      bytesOut: (place: number) => table.bytesOut(place),
      acceptedAt: (place: number) => table.acceptedAt(place),
      closedAt: (place: number) => table.closedAt(place),
      row: (place: number) => {
        made.push(table.id(place));
        return table.row(place);
      },
      copy: () => table.copy(),
    };
    const { connections } = builder.take(new LedgerSnapshot(totals, discipline, watched), 2000);
    expect(connections.ids).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(made).toEqual([]);
    expect(connections.slice(2, 4).map(({ peer }) => peer)).toEqual(['127.0.0.1:6', '127.0.0.1:5']);
    expect(connections.byId(1)?.peer).toBe('127.0.0.1:1');
    expect(made).toEqual([6, 5, 1]);
  });

  it('keeps a snapshot as it was, rows and histories that nobody has asked for included', () => {
    const { writer, builder, at, take, enter } = setUp();
    const slots = [enter(1), enter(2), enter(3)];
    at(1500);
    for (const slot of slots) writer.received(slot, 100);
    take();
    const kept = builder.freeze();
    at(2400);
    for (const slot of slots) writer.received(slot, 7);
    writer.close(slots[0] ?? -1, 'fin');
    writer.close(slots[1] ?? -1, 'fin');
    enter(4);
    const now = take();
    expect(now.connections.ids).toEqual([4, 3, 2]);
    expect(now.connections.byId(3)).toMatchObject({ bytesIn: 107 });
    expect(kept.snapshot.connections.ids).toEqual([3, 2, 1]);
    const still = { how: null, bytesIn: 100, rate: { in: 100, out: 0 } };
    expect(kept.snapshot.connections.all).toMatchObject([
      { ...still, peer: '127.0.0.1:3' },
      { ...still, peer: '127.0.0.1:2' },
      { ...still, peer: '127.0.0.1:1' },
    ]);
    const histories = kept.snapshot.connections.all.map((row) => kept.history(row).map((rate) => rate.in));
    expect(histories).toEqual([[100], [100], [100]]);
  });

  it('knows when each was opened as the wall clock stood then, also when that is set back', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { builder, at, take, enter } = setUp();
    enter(1);
    at(1100);
    vi.setSystemTime(1_700_000_000_000);
    const opened = () => take().connections.all.map(({ openedWallMs }) => openedWallMs);
    expect(opened()).toEqual([1_699_999_999_900]);
    at(2000);
    vi.setSystemTime(1_699_000_000_000);
    enter(2);
    expect(opened()).toEqual([1_699_000_000_000, 1_699_999_999_900]);
    const kept = builder.freeze().snapshot.connections.all;
    expect(kept.map(({ openedWallMs }) => openedWallMs)).toEqual(opened());
  });

  it('an earlier snapshot keeps the rows read from it; a row read later is the present one of that connection', () => {
    const { writer, at, take, enter } = setUp();
    const [one, two] = [enter(1), enter(2), enter(3)];
    const before = take();
    expect(before.connections.byId(3)?.bytesIn).toBe(0);
    at(2000);
    for (const slot of [one, two]) writer.close(slot, 'fin');
    enter(4);
    writer.received(2, 5);
    take();
    expect(before.connections.byId(3)?.bytesIn).toBe(0);
    expect(before.connections.byId(2)).toMatchObject({ id: 2, how: 'fin' });
    expect(before.connections.byId(1), 'its slot is that of #4').toBeUndefined();
  });

  it('gives a new connection none of the traffic of a closed one, whose memory it takes', () => {
    const { writer, builder, at, take, enter } = setUp();
    for (let round = 0; round < 5; round++) {
      at(1000 + round * 100);
      const slot = enter(round);
      writer.received(slot, 1000);
      take();
      writer.close(slot, 'fin');
    }
    at(1700);
    enter(9);
    const { connections } = take();
    const [newest] = connections.all;
    expect(newest).toMatchObject({ peer: '127.0.0.1:9', rate: { in: 0 } });
    expect(builder.history(newest?.id ?? 0, 1700)).toEqual([]);
  });
});
