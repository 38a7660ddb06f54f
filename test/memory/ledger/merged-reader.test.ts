import { expect, it } from 'vitest';
import { createLedger } from '../../../src/memory/ledger/layout.ts';
import { LedgerReader, MergedReader } from '../../../src/memory/ledger/reader.ts';
import { createSharedCounters, SharedCounters } from '../../../src/memory/ledger/shared-counters.ts';
import { LedgerWriter } from '../../../src/memory/ledger/writer.ts';

const slots = 4;

const start = () => {
  const sharedCounters = new SharedCounters(createSharedCounters({ threads: 2, limit: 3 }));
  const buffers = [createLedger(slots), createLedger(slots)];
  const [a, b] = buffers.map((ledger) => new LedgerWriter(ledger, 1, undefined, sharedCounters));
  if (a === undefined || b === undefined) throw new Error('no writers');
  const readers = buffers.map((ledger, n) => new LedgerReader(ledger, n * slots));
  const ends = { transport: 'tcp', peerHost: '127.0.0.1', localHost: '127.0.0.1', localPort: 8080 } as const;
  const enter = (writer: LedgerWriter, peerPort: number) => writer.enter({ ...ends, peerPort }, 'chunk');
  return { a, b, enter, ledgers: new MergedReader(readers) };
};

it('two ledgers read as one: totals summed, numbers of one row, slots of their own', () => {
  const { a, b, enter, ledgers } = start();
  const [first, second, third] = [enter(a, 1), enter(b, 2), enter(a, 3)];
  expect([first, second, third], 'each has slots from 0').toEqual([0, 0, 1]);
  expect(enter(b, 4), 'beyond the limit of both').toBe(-1);
  b.refused();
  a.received(0, 5);
  b.received(0, 7);
  b.sent(0, 7, 1);
  const { rows, totals } = ledgers.read();
  expect(totals).toEqual({ open: 3, served: 3, refused: 1, bytesIn: 12, bytesOut: 7 });
  expect(rows.map(({ id, slot, bytesIn }) => ({ id, slot, bytesIn }))).toEqual([
    { id: 1, slot: 0, bytesIn: 5 },
    { id: 3, slot: 1, bytesIn: 0 },
    { id: 2, slot: slots, bytesIn: 7 },
  ]);
});

it('the same objects come again while nothing changes, in either ledger', () => {
  const { a, b, enter, ledgers } = start();
  enter(a, 1);
  enter(b, 2);
  const before = ledgers.read();
  expect(ledgers.read()).toBe(before);
  b.received(0, 1);
  const after = ledgers.read();
  expect(after).not.toBe(before);
  expect(after.rows[0]).toBe(before.rows[0]);
  expect(after.rows[1]).toMatchObject({ id: 2, bytesIn: 1 });
});
