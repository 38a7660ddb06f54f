import { describe, expect, it } from 'vitest';
import { createLedger, header, word, wordsOf } from '../../../src/memory/ledger/layout.ts';
import { LedgerReader } from '../../../src/memory/ledger/reader.ts';
import { type Ends, LedgerWriter } from '../../../src/memory/ledger/writer.ts';

const peer = (port: number, host = '127.0.0.1'): Ends => ({
  transport: 'tcp',
  peerHost: host,
  peerPort: port,
  localHost: host,
  localPort: 8080,
});

const setUp = (capacity: number, recent: number) => {
  const ledger = createLedger(capacity);
  let now = 1000;
  const writer = new LedgerWriter(ledger, recent, () => now);
  return {
    words: new Int32Array(ledger),
    writer,
    reader: new LedgerReader(ledger),
    pass: (ms: number) => {
      now += ms;
    },
  };
};

describe('ledger', () => {
  it('shows a connection with everything that was counted, and when', () => {
    const { writer, reader, pass } = setUp(4, 2);
    const slot = writer.enter(peer(53122), 'chunk');
    pass(5);
    writer.received(slot, 10);
    writer.received(slot, 7);
    pass(1);
    writer.sent(slot, 10, 1);
    writer.sent(slot, 3, 0);

    const { rows, totals } = reader.read();
    expect(rows).toEqual([
      {
        slot,
        id: 1,
        transport: 'tcp',
        peer: '127.0.0.1:53122',
        local: '127.0.0.1:8080',
        state: 'ESTABLISHED',
        discipline: 'chunk',
        how: null,
        error: null,
        ourEnd: 'unknown',
        bytesIn: 17,
        bytesOut: 13,
        reads: 2,
        writes: 1,
        held: 0,
        stalled: false,
        paused: false,
        activeAt: 1006,
        at: { accept: 1000, recv: 1005, send: 1006, finReceived: null, finSent: null, close: null },
      },
    ]);
    expect(totals).toEqual({ open: 1, served: 1, refused: 0, bytesIn: 17, bytesOut: 13 });
  });

  it('counts beyond 32 bits without losing a byte', () => {
    const { writer, reader } = setUp(1, 0);
    const slot = writer.enter(peer(1), 'chunk');
    for (let i = 0; i < 3; i++) writer.received(slot, 2 ** 51 + 1);
    expect(reader.read().totals.bytesIn).toBe(3 * 2 ** 51 + 3);
  });

  it('writes IPv6 peers in brackets, zones included', () => {
    const { writer, reader } = setUp(1, 0);
    writer.enter(peer(7, 'fe80::1234:5678:9abc:def0%interface-name0'), 'chunk');
    expect(reader.read().rows[0]?.peer).toBe('[fe80::1234:5678:9abc:def0%interface-name0]:7');
  });

  it('has both half-closes and how a connection ended', () => {
    const { writer, reader, pass } = setUp(2, 2);
    const first = writer.enter(peer(1), 'chunk');
    const second = writer.enter(peer(2), 'chunk');
    pass(1);
    writer.finReceived(first);
    writer.finSent(second);
    expect(reader.read().rows.map((row) => row.state)).toEqual(['CLOSE_WAIT', 'FIN_WAIT']);
    pass(1);
    writer.finSent(first);
    writer.close(first, 'fin');
    writer.close(second, 'reset', 104);
    const { rows, totals } = reader.read();
    expect(rows.map(({ state, how, error }) => ({ state, how, error }))).toEqual([
      { state: 'CLOSED', how: 'fin', error: null },
      { state: 'CLOSED', how: 'reset', error: 'ECONNRESET' },
    ]);
    expect(rows[0]?.at).toMatchObject({ accept: 1000, finReceived: 1001, finSent: 1002, close: 1002 });
    expect(totals).toMatchObject({ open: 0, served: 2 });
  });

  it('gives the same objects again while nothing changes, and only the changed row anew', () => {
    const { writer, reader } = setUp(2, 0);
    writer.enter(peer(1), 'chunk');
    const slot = writer.enter(peer(2), 'chunk');
    const before = reader.read();
    expect(reader.read()).toBe(before);
    const [still, changing] = before.rows;
    writer.received(slot, 1);
    const after = reader.read();
    expect(after.rows[0]).toBe(still);
    expect(after.rows[1]).not.toBe(changing);
  });

  it('keeps a copy that stays as it is, rows that nobody has asked for included', () => {
    const { writer, reader, pass } = setUp(2, 0);
    const slot = writer.enter(peer(1), 'chunk');
    writer.received(slot, 5);
    const kept = reader.read().table.copy();
    pass(5);
    writer.close(slot, 'fin');
    writer.enter(peer(2), 'chunk');
    expect(reader.read().rows).toMatchObject([{ id: 2, bytesIn: 0 }]);
    expect([kept.count, kept.id(0), kept.bytesIn(0), kept.closedAt(0)]).toEqual([1, 1, 5, 0]);
    expect(kept.row(0)).toMatchObject({ id: 1, peer: '127.0.0.1:1', how: null, bytesIn: 5 });
  });

  it('keeps the recently closed and takes their slots again, oldest first', () => {
    const { writer, reader } = setUp(8, 2);
    const slots = [1, 2, 3].map((port) => writer.enter(peer(port), 'chunk'));
    for (const slot of slots) writer.close(slot, 'fin');
    const again = writer.enter(peer(4), 'chunk');
    expect(again).toBe(slots[0]);
    const { rows, totals } = reader.read();
    expect(rows.map((row) => row.peer)).toEqual(['127.0.0.1:4', '127.0.0.1:2', '127.0.0.1:3']);
    expect(rows[0]).toMatchObject({ id: 4, state: 'ESTABLISHED', how: null, bytesIn: 0 });
    expect(totals).toMatchObject({ open: 1, served: 4 });
  });

  it('keeps totals when the slot that earned them is taken again', () => {
    const { writer, reader } = setUp(1, 0);
    const slot = writer.enter(peer(1), 'chunk');
    writer.received(slot, 5);
    writer.sent(slot, 5, 1);
    writer.close(slot, 'fin');
    expect(writer.enter(peer(2), 'chunk')).toBe(slot);
    expect(reader.read().totals).toEqual({ open: 1, served: 2, refused: 0, bytesIn: 5, bytesOut: 5 });
  });

  it('turns a connection away when every slot holds an open one, and gives up closed ones before that', () => {
    const { writer, reader } = setUp(2, 2);
    const first = writer.enter(peer(1), 'chunk');
    writer.enter(peer(2), 'chunk');
    expect(writer.enter(peer(3), 'chunk')).toBe(-1);
    writer.refused();
    writer.close(first, 'fin');
    expect(writer.enter(peer(4), 'chunk')).toBe(first);
    expect(writer.enter(peer(5), 'chunk')).toBe(-1);
    expect(reader.read().totals).toMatchObject({ open: 2, served: 3, refused: 1 });
  });

  it('keeps the last good row while its writer stands in the middle of a write', () => {
    const { writer, reader, words } = setUp(2, 0);
    const slot = writer.enter(peer(1), 'chunk');
    writer.received(slot, 5);
    const good = reader.read();
    Atomics.add(words, wordsOf(slot) + word.guard, 1);
    words[wordsOf(slot) + word.peerPort] = 666;
    Atomics.add(words, header.guard, 2);
    expect(reader.read().rows[0]).toBe(good.rows[0]);
    Atomics.add(words, wordsOf(slot) + word.guard, 1);
    Atomics.add(words, header.guard, 2);
    expect(reader.read().rows[0]).toMatchObject({ bytesIn: 5 });
  });

  it('keeps the last good totals of a writer that died in the middle, and still ends', () => {
    const { writer, reader, words } = setUp(2, 0);
    const slot = writer.enter(peer(1), 'chunk');
    const good = reader.read();
    Atomics.add(words, header.guard, 1);
    expect(reader.read().totals).toBe(good.totals);
    Atomics.add(words, header.guard, 1);
    writer.received(slot, 1);
    expect(reader.read().totals.bytesIn).toBe(1);
  });

  it('never mixes two connections of one slot under a writer in another thread', async () => {
    const { Worker } = await import('node:worker_threads');
    const ledger = createLedger(2);
    const reader = new LedgerReader(ledger);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL('churn.ts', import.meta.url), { workerData: { ledger, stop } });
    try {
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      let seen = 0;
      while (seen < 10_000) {
        for (const row of reader.read().rows) {
          // The writer gives connection n port n and n bytes before anything else can be seen of it.
          const port = Number(row.peer.split(':')[1]);
          if (port !== row.id || (row.reads === 1 && row.bytesIn !== row.id)) expect.fail(JSON.stringify(row));
          seen++;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      Atomics.store(stop, 0, 1);
      await ended;
      const { open, served } = reader.read().totals;
      expect(open).toBe(0);
      expect(served).toBeGreaterThan(0);
    } finally {
      await worker.terminate();
    }
  });
});
