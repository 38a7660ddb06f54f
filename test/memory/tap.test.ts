import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTap, maxRecordBytes, TapReader, type TapRecord, TapWriter } from '../../src/memory/tap.ts';

const setUp = () => {
  const tap = createTap();
  return { writer: new TapWriter(tap, () => 7), reader: new TapReader(tap) };
};
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the copy of what one connection receives and sends', () => {
  it('hands over what each call moved, in its order', () => {
    const { writer, reader } = setUp();
    writer.record('recv', bytes('one'));
    writer.record('send', bytes('one'));
    writer.record('recv', bytes(''));
    expect(reader.take()).toEqual([
      { type: 'data', call: 'recv', at: 7, bytes: bytes('one'), length: 3 },
      { type: 'data', call: 'send', at: 7, bytes: bytes('one'), length: 3 },
      { type: 'data', call: 'recv', at: 7, bytes: bytes(''), length: 0 },
    ]);
    expect(reader.take()).toEqual([]);
  });

  it('keeps the start of a long chunk, and its length', () => {
    const { writer, reader } = setUp();
    writer.record('recv', new Uint8Array(1 << 20).fill(1));
    expect(reader.take()).toEqual([
      { type: 'data', call: 'recv', at: 7, bytes: new Uint8Array(maxRecordBytes).fill(1), length: 1 << 20 },
    ]);
  });

  it('drops what finds no room, and counts it before the next record', () => {
    const { writer, reader } = setUp();
    const chunk = new Uint8Array(10_000);
    for (let n = 0; n < 100; n++) writer.record('recv', chunk);
    const kept = reader.take();
    const lost = 1_000_000 - kept.length * chunk.length;
    expect(lost).toBeGreaterThan(0);
    expect(reader.unreported()).toEqual({ recv: lost, send: 0 });
    writer.record('send', bytes('after'));
    expect(reader.take()).toEqual([
      { type: 'gap', at: 7, recv: lost, send: 0 },
      { type: 'data', call: 'send', at: 7, bytes: bytes('after'), length: 5 },
    ]);
    expect(reader.unreported()).toEqual({ recv: 0, send: 0 });
  });

  it('changes no byte, and counts each lost one in a gap, whatever comes and whenever it is read', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ call: fc.constantFrom('recv', 'send'), length: fc.nat(40_000) }) },
      { weight: 1, arbitrary: fc.constant('take' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { writer, reader } = setUp();
        const wrote = { recv: 0, send: 0 };
        const taken: TapRecord[] = [];
        let value = 0;
        for (const each of steps) {
          if (each === 'take') taken.push(...reader.take());
          else {
            wrote[each.call] += each.length;
            writer.record(each.call, new Uint8Array(each.length).fill(++value));
          }
        }
        taken.push(...reader.take());
        const told = { ...reader.unreported() };
        let last = 0;
        for (const record of taken) {
          if (record.type === 'gap') {
            told.recv += record.recv;
            told.send += record.send;
            continue;
          }
          told[record.call] += record.length;
          expect(record.bytes.length).toBe(Math.min(record.length, maxRecordBytes));
          const [first = 0] = record.bytes;
          if (record.bytes.length > 0) {
            expect(record.bytes.every((byte) => byte === first)).toBe(true);
            expect(first).toBeGreaterThan(last);
            last = first;
          }
        }
        expect(told).toEqual(wrote);
      }),
    );
  });
});
