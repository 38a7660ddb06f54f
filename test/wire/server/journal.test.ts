import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Note } from '../../../src/memory/journal/note.ts';
import { unpackNotes } from '../../../src/memory/journal/packed-notes.ts';
import { createLedger } from '../../../src/memory/ledger/layout.ts';
import { SlotMemory } from '../../../src/memory/ledger/slot-memory.ts';
import { LedgerWriter } from '../../../src/memory/ledger/writer.ts';
import { Journal } from '../../../src/wire/server/journal.ts';
import { until } from '../../support/wait.ts';

const ends = { transport: 'udp', peerHost: '127.0.0.1', peerPort: 7, localHost: '127.0.0.1', localPort: 8 } as const;

const start = (transport: 'tcp' | 'udp' = 'udp', connections = 10) => {
  const ledger = createLedger(connections);
  const writer = new LedgerWriter(ledger, 5);
  const batches: { readonly notes: readonly Note[]; readonly dropped: number }[] = [];
  const journal = new Journal('data', new SlotMemory(ledger), (event) => {
    if (event.type === 'journal') batches.push({ notes: unpackNotes(event.batch), dropped: event.dropped });
  });
  const enter = () => writer.enter({ ...ends, transport }, 'chunk');
  return { writer, enter, batches, journal };
};

const count = (notes: readonly Note[], type: Note['type']): number => notes.filter((note) => note.type === type).length;

/** Two turns of the event loop: time for what goes out at the end of one. */
const twoTurns = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('the events that a wire thread reports', () => {
  it('sends two batches, and no more until one is taken', async () => {
    const { writer, batches, journal } = start();
    const slot = writer.enter(ends, 'chunk');
    journal.opened(slot, ends);
    await until(() => batches.length === 1, 'the first batch');
    journal.data(slot, Buffer.from('second'));
    await until(() => batches.length === 2, 'the second batch');
    journal.data(slot, Buffer.from('third'));
    await twoTurns();
    expect(batches).toHaveLength(2);
    journal.taken();
    await until(() => batches.length === 3, 'the third batch');
    expect(batches[2]).toMatchObject({ dropped: 0, notes: [{ type: 'data', id: 1, transport: 'udp' }] });
  });

  it('sends much payload at once, and little after 50 ms', async () => {
    // No time goes by unless the test says so.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const { writer, batches, journal } = start();
    const slot = writer.enter(ends, 'chunk');
    journal.opened(slot, ends);
    await twoTurns();
    expect(batches).toHaveLength(1);
    journal.taken();
    journal.data(slot, Buffer.from('little'));
    await twoTurns();
    expect(batches).toHaveLength(1);
    journal.data(slot, Buffer.alloc(1 << 20));
    await twoTurns();
    expect(batches[1]?.notes).toHaveLength(2);
    journal.taken();
    journal.data(slot, Buffer.from('little'));
    await twoTurns();
    expect(batches).toHaveLength(2);
    vi.advanceTimersByTime(50);
    expect(batches[2]?.notes).toHaveLength(1);
  });

  it('has room for ten thousand connections that all go at once while nobody takes a batch', async () => {
    const { enter, batches, journal, writer } = start('tcp', 10_000);
    const slots = Array.from({ length: 10_000 }, enter);
    for (const slot of slots) journal.opened(slot, ends);
    await until(() => batches.length === 1, 'the first batch');
    for (const slot of slots) journal.halfClosed(slot, 'peer');
    await until(() => batches.length === 2, 'the second batch');
    for (const slot of slots) {
      journal.halfClosed(slot, 'local');
      writer.close(slot, 'fin');
      journal.closed(slot, ends);
      journal.refused(ends, 'denied');
    }
    journal.close();
    expect(batches.map(({ notes, dropped }) => [notes.length, dropped])).toEqual([
      [10_000, 0],
      [10_000, 0],
      [30_000, 0],
    ]);
  });

  it('drops payload before events of connections, and counts what it drops', () => {
    const { writer, batches, journal } = start();
    const slot = writer.enter(ends, 'chunk');
    journal.opened(slot, ends);
    for (let i = 0; i < 50_000; i++) journal.data(slot, Buffer.from('x'));
    writer.close(slot, 'expired');
    journal.closed(slot, ends);
    for (let i = 0; i < 5000; i++) journal.refused(ends, 'denied');
    journal.close();
    const [{ notes = [], dropped = 0 } = {}] = batches;
    expect((['open', 'close', 'refused'] as const).map((type) => count(notes, type))).toEqual([1, 1, 5000]);
    expect(count(notes, 'data')).toBeGreaterThan(5000);
    expect(count(notes, 'data') + dropped).toBe(50_000);
  });

  it.each([
    ['udp', 1],
    ['tcp', 0],
  ] as const)('over %s tells of no bytes %d times', (transport, wanted) => {
    const { enter, batches, journal } = start(transport);
    const slot = enter();
    journal.opened(slot, ends);
    journal.data(slot, Buffer.of());
    journal.close();
    expect(count(batches[0]?.notes ?? [], 'data')).toBe(wanted);
  });

  it('drops empty datagrams too', () => {
    const { enter, batches, journal } = start();
    const slot = enter();
    for (let i = 0; i < 50_000; i++) journal.data(slot, Buffer.of());
    journal.opened(slot, ends);
    journal.close();
    expect(count(batches[0]?.notes ?? [], 'open')).toBe(1);
  });

  it('keeps a limited number of events', () => {
    const { writer, batches, journal } = start();
    const slot = writer.enter(ends, 'chunk');
    for (let i = 0; i < 200_000; i++) journal.refused(ends, 'denied');
    for (let i = 0; i < 64; i++) journal.data(slot, Buffer.alloc(1 << 20));
    journal.close();
    const [{ notes = [], dropped = 0 } = {}] = batches;
    expect([notes.length, dropped]).toEqual([100_000, 100_064]);
  });

  it('keeps no more bytes than its bound, and one piece of any size', () => {
    const { writer, batches, journal } = start();
    const slot = writer.enter(ends, 'chunk');
    for (let i = 0; i < 64; i++) journal.data(slot, Buffer.alloc(1 << 20));
    journal.close();
    journal.data(slot, Buffer.alloc(40 << 20));
    journal.close();
    expect(batches.map(({ notes, dropped }) => [notes.length, dropped])).toEqual([
      [16, 48],
      [1, 0],
    ]);
  });
});
