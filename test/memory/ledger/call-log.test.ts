import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callLogEntries, callLogOf, callLogSingles, createLedger } from '../../../src/memory/ledger/layout.ts';
import { LedgerReader } from '../../../src/memory/ledger/reader.ts';
import type { CallRun } from '../../../src/memory/ledger/row.ts';
import { LedgerWriter } from '../../../src/memory/ledger/writer.ts';

const capacity = 3;
const ends = { transport: 'tcp', peerHost: '10.0.0.1', peerPort: 1, localHost: '10.0.0.2', localPort: 2 } as const;

const setUp = () => {
  const ledger = createLedger(capacity);
  let now = 1000;
  const writer = new LedgerWriter(ledger, 0, () => now++);
  const reader = new LedgerReader(ledger);
  const slot = writer.enter(ends, 'chunk');
  const row = (at = slot) => reader.read().table.row(at);
  const calls = (at = slot): readonly CallRun[] => {
    const found = row(at);
    return (found === undefined ? undefined : reader.calls(found)) ?? [];
  };
  return { ledger, writer, reader, slot, row, calls };
};

const brief = ({ call, count, bytes }: CallRun): string => `${call} ×${count} ${bytes}`;

describe('the log of a slot', () => {
  it('keeps the first calls one by one, with their times', () => {
    const { writer, slot, calls } = setUp();
    writer.received(slot, 5);
    writer.sent(slot, 5, 1);
    writer.received(slot, 7);
    expect(calls()).toEqual([
      { call: 'recv', from: 1001, to: 1001, count: 1, bytes: 5 },
      { call: 'send', from: 1002, to: 1002, count: 1, bytes: 5 },
      { call: 'recv', from: 1003, to: 1003, count: 1, bytes: 7 },
    ]);
  });

  it('folds further ones by direction, and begins anew at each FIN', () => {
    const { writer, slot, calls } = setUp();
    const talk = (times: number) => {
      for (let n = 0; n < times; n++) {
        writer.received(slot, 3);
        writer.sent(slot, 2, 1);
      }
    };
    talk(callLogSingles / 2 + 100);
    writer.finReceived(slot);
    talk(10);
    writer.finSent(slot);
    talk(1);
    const [before, ...later] = [calls().slice(0, callLogSingles), ...calls().slice(callLogSingles)];
    expect(before.every(({ count }) => count === 1)).toBe(true);
    expect(later.map(brief)).toEqual([
      'recv ×100 300',
      'send ×100 200',
      'recv ×10 30',
      'send ×10 20',
      'recv ×1 3',
      'send ×1 2',
    ]);
    expect(later[0]?.to).toBe(later[0] === undefined ? 0 : later[0].from + 198);
  });

  it('makes one entry of the parts of a send', () => {
    const { writer, slot, calls } = setUp();
    writer.received(slot, 100);
    writer.sent(slot, 40, 0);
    writer.sent(slot, 30, 0);
    expect(calls().map(brief)).toEqual(['recv ×1 100', 'send ×0 70']);
    writer.sent(slot, 30, 1);
    writer.sent(slot, 10, 1);
    expect(calls().map(brief)).toEqual(['recv ×1 100', 'send ×1 100', 'send ×1 10']);
  });

  it('is empty again for the next connection of the slot', () => {
    const { writer, reader, slot, row, calls } = setUp();
    writer.received(slot, 5);
    const before = row();
    writer.close(slot, 'fin');
    for (let n = 0; n < capacity; n++) writer.close(writer.enter(ends, 'chunk'), 'fin');
    expect(calls()).toEqual([]);
    if (before === undefined) expect.fail('no row');
    else expect(reader.calls(before)).toBeUndefined();
  });

  it('costs no memory as long as nothing is sent', () => {
    const { ledger, writer } = setUp();
    const slot = writer.enter(ends, 'chunk');
    writer.finReceived(slot);
    writer.close(slot, 'fin');
    expect(new Uint8Array(ledger, callLogOf(0, 0, capacity) * 8).every((byte) => byte === 0)).toBe(true);
  });

  it('of connections with two calls costs that of the first two entries', () => {
    const { ledger, writer, slot: first } = setUp();
    for (let slot = first; slot !== -1; slot = writer.enter(ends, 'chunk')) {
      writer.received(slot, 5);
      writer.sent(slot, 5, 1);
    }
    expect(new Uint8Array(ledger, callLogOf(0, 2, capacity) * 8).every((byte) => byte === 0)).toBe(true);
  });

  it('never overflows, and never loses a byte or a call', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('received'), bytes: fc.nat(9) }),
      fc.record({ type: fc.constant('sent'), bytes: fc.nat(9) }),
      fc.record({ type: fc.constant('part'), bytes: fc.nat(9) }),
    );
    const segment = fc.array(step, { maxLength: 60 });
    fc.assert(
      fc.property(fc.tuple(segment, segment, segment), (segments) => {
        const { writer, slot, row, calls } = setUp();
        for (const [place, steps] of segments.entries()) {
          if (place === 1) writer.finReceived(slot);
          if (place === 2) writer.finSent(slot);
          for (const { type, bytes } of steps)
            if (type === 'received') writer.received(slot, bytes);
            else writer.sent(slot, bytes, type === 'sent' ? 1 : 0);
        }
        const sum = (call: CallRun['call'], field: 'count' | 'bytes') =>
          calls().reduce((total, entry) => total + (entry.call === call ? entry[field] : 0), 0);
        const { reads, bytesIn, writes, bytesOut } = row() ?? {};
        expect(calls().length).toBeLessThanOrEqual(callLogEntries);
        expect([sum('recv', 'count'), sum('recv', 'bytes')]).toEqual([reads, bytesIn]);
        expect([sum('send', 'count'), sum('send', 'bytes')]).toEqual([writes, bytesOut]);
      }),
    );
  });
});
