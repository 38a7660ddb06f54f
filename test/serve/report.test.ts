import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { monotonicMs } from '../../src/ledger/clock.ts';
import { type Happening, totalsEvent } from '../../src/serve/event.ts';
import { ndjson } from '../../src/serve/format.ts';
import { Output } from '../../src/serve/output.ts';
import { Report } from '../../src/serve/report.ts';

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
  return { pieces, report: new Report(new Output(stream, () => undefined), format) };
};

describe('the end of a report', () => {
  it('is no impatience with a reader that reads, however long we compute', async () => {
    const { report, pieces } = start((done) => setImmediate(done));
    void report.tellAll(
      (function* (): Generator<Happening> {
        for (let i = 0; i < 3; i++) {
          const until = monotonicMs() + 150;
          while (monotonicMs() < until);
          yield { at: 0, event: { event: 'data', id: 1, data: 'x'.repeat(70_000) } };
        }
      })(),
    );
    expect(await report.end(50)).toBe(true);
    expect(pieces).toHaveLength(3);
  });

  it('comes without the rest where nobody reads', async () => {
    const { report, pieces } = start(() => undefined);
    void report.tell(totalsEvent('stopped', totals));
    expect(await report.end(50)).toBe(false);
    expect(pieces).toHaveLength(1);
  });
});
