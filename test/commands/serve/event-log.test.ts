import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Output } from '../../../src/commands/output.ts';
import { RecordEvents, type ServeEvent, totalsEvent } from '../../../src/commands/serve/event.ts';
import { EventLog } from '../../../src/commands/serve/event-log.ts';
import { ndjson, text } from '../../../src/commands/serve/format.ts';
import { monotonicMs } from '../../../src/memory/clock.ts';
import { nothingMissed, type WireRecord } from '../../../src/memory/recorder/record.ts';
import { printable } from '../../../src/text/printable.ts';

const totals = { open: 0, served: 0, refused: 0, bytesIn: 0, bytesOut: 0 };

/** A report to a reader that takes each piece by `take`, and the pieces that it was handed. */
const start = (take: (done: () => void) => void, format = ndjson) => {
  const pieces: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (piece: string, _encoding, done) => {
      pieces.push(piece);
      take(() => done());
    },
  });
  return { pieces, report: new EventLog(new Output(stream, () => undefined), format) };
};

describe('the end of a report', () => {
  it('waits for a reader that reads, however long we compute in between', async () => {
    const { report, pieces } = start((done) => setImmediate(done));
    void report.write(
      (function* (): Generator<ServeEvent> {
        for (let i = 0; i < 3; i++) {
          const until = monotonicMs() + 150;
          while (monotonicMs() < until);
          yield { type: 'data', at: 0, id: 1, data: ['x'.repeat(70_000)] };
        }
      })(),
    );
    expect(await report.end(50)).toBe(true);
    expect(pieces.join('').match(/\n/g)).toHaveLength(3);
  });

  it('leaves the rest out when nobody reads', async () => {
    const { report, pieces } = start(() => undefined);
    void report.write([totalsEvent('stopped', totals)]);
    expect(await report.end(50)).toBe(false);
    expect(pieces).toHaveLength(1);
  });
});

describe('a long message', () => {
  const received = (bytes: Uint8Array, transport: 'tcp' | 'udp' = 'tcp'): WireRecord => ({
    ...{ kind: 'recv', position: 64, previous: 0, at: 0, id: 1, owner: 'server', transport },
    ...{ offset: 0, calls: 0, length: bytes.length, bytes, count: 1, from: 0, until: 0 },
  });
  const invalid = Buffer.alloc(1_000_000, 0xff);
  const shifted = Buffer.from(`a${'한'.repeat(100_000)}`);

  it.each([
    ['text', invalid, printable(invalid)],
    ['text', shifted, shifted.toString()],
    ['hex', invalid, invalid.toString('hex')],
    ['base64', shifted, shifted.toString('base64')],
  ] as const)(
    'is one line of %s in pieces, and the event loop goes on between them',
    async (encoding, bytes, wanted) => {
      for (const format of [ndjson, text]) {
        const { report, pieces } = start((done) => done(), format);
        const told = report.write(new RecordEvents(encoding).eventsOf([received(bytes)], nothingMissed));
        let turns = 0;
        const turn = () => {
          turns += 1;
          next = setImmediate(turn);
        };
        let next = setImmediate(turn);
        await told;
        clearImmediate(next);
        const line = pieces.join('');
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(format === ndjson ? JSON.parse(line).data === wanted : line.endsWith(`#1    ${wanted}\n`)).toBe(true);
        expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(600_000);
        expect(pieces.length).toBeGreaterThan(1);
        expect(turns).toBeGreaterThanOrEqual(pieces.length - 1);
      }
    },
  );

  it('of no bytes is an event only as a datagram', () => {
    const events = [
      ...new RecordEvents('text').eventsOf([received(Buffer.of()), received(Buffer.of(), 'udp')], nothingMissed),
    ];
    expect(events).toHaveLength(1);
    expect([...ndjson(events[0] ?? totalsEvent('stats', totals), 0)].join('')).toContain('"id":1,"data":""}');
  });
});
