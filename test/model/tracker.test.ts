import { describe, expect, it } from 'vitest';
import { createLedger } from '../../src/ledger/layout.ts';
import { LedgerReader } from '../../src/ledger/reader.ts';
import { LedgerWriter } from '../../src/ledger/writer.ts';
import { Tracker } from '../../src/model/tracker.ts';

const setUp = () => {
  const ledger = createLedger(8);
  let now = 1000;
  const writer = new LedgerWriter(ledger, 1, () => now);
  const reader = new LedgerReader(ledger);
  const tracker = new Tracker(now);
  return {
    writer,
    tracker,
    at: (ms: number) => {
      now = ms;
    },
    take: () => tracker.take(reader.read(), now),
    enter: (port: number) =>
      writer.enter(
        { transport: 'tcp', peerHost: '127.0.0.1', peerPort: port, localHost: '127.0.0.1', localPort: 1 },
        'chunk',
      ),
  };
};

describe('Tracker', () => {
  it('puts open connections first, newest first, then the closed, last closed first', () => {
    const { writer, at, take, enter } = setUp();
    const [one, two] = [enter(1), enter(2), enter(3), enter(4)];
    at(2000);
    writer.close(two ?? -1, 'fin');
    at(3000);
    writer.close(one ?? -1, 'fin');
    expect(take().connections.map((connection) => connection.id)).toEqual([4, 3, 1, 2]);
  });

  it('puts in its place who comes, closes, or takes the slot of another between two snapshots', () => {
    const { writer, at, take, enter } = setUp();
    const ids = () => take().connections.map((connection) => connection.id);
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
    writer.received(slot, 5);
    const after = take();
    expect(after.connections[1]).toBe(before.connections[1]);
    expect(after.connections[0]).not.toBe(before.connections[0]);
  });

  it('lets rates fall to zero while no byte moves, then stands still', () => {
    const { writer, at, take, enter } = setUp();
    const slot = enter(1);
    at(1500);
    writer.received(slot, 1000);
    expect(take()).toMatchObject({ rate: { in: 1000 }, connections: [{ rate: { in: 1000 } }] });
    at(2500);
    expect(take()).toMatchObject({ rate: { in: 500 }, connections: [{ rate: { in: 500 } }] });
    at(3500);
    const rest = take();
    expect(rest).toMatchObject({ rate: { in: 0 }, connections: [{ rate: { in: 0 } }] });
    at(4500);
    expect(take()).toBe(rest);
  });

  it('keeps the history of each connection, and forgets it with its slot', () => {
    const { writer, tracker, at, take, enter } = setUp();
    const slot = enter(1);
    writer.received(slot, 10);
    take();
    at(2500);
    writer.received(slot, 30);
    take();
    expect(tracker.history(1, 2500).map((rate) => rate.in)).toEqual([30, 25]);
    writer.close(slot, 'fin');
    writer.close(enter(2), 'fin');
    enter(3);
    take();
    expect(tracker.history(1, 2500)).toEqual([]);
  });
});
