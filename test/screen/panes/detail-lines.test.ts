import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rung } from '../../../src/model/ladder.ts';
import type { Chunk, Piece } from '../../../src/model/payload.ts';
import { ladderLines } from '../../../src/screen/panes/ladder-lines.ts';
import { hexDump, type PayloadStyle, payloadLines } from '../../../src/screen/panes/payload-lines.ts';
import { cellWidth } from '../../../src/text/width.ts';
import { connection } from '../fixture.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const control = /[\x00-\x1f\x7f-\x9f]/;
const chunk = (bytes: Uint8Array, changes: Partial<Chunk> = {}): Chunk => ({
  type: 'chunk',
  key: 1,
  by: 'peer',
  at: 1_000,
  offset: 0,
  bytes,
  skipped: 0,
  ...changes,
});
const textOf = (piece: Piece, cells: number, format: 'text' | 'hex', taken: PayloadStyle['taken'] = null) =>
  payloadLines(piece, cells, { format, startMs: 988, taken }).map(({ head, body }) => head + body);

describe('hexDump', () => {
  it('is what hexdump -C prints', () => {
    const bytes = new TextEncoder().encode('Hello, world\n안녕\0');
    expect(hexDump(bytes, 0x1c, 78)).toEqual([
      '0000001c  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 0a ec 95 88  |Hello, world....|',
      '0000002c  eb 85 95 00                                       |....|',
    ]);
    expect(hexDump(bytes, 0, 77)[0]).toBe('00000000  48 65 6c 6c 6f 2c 20 77  |Hello, w|');
    expect(hexDump(bytes, 0, 40)[0]).toBe('00000000  48 65 6c 6c  |Hell|');
  });
});

describe('payload', () => {
  it('shows what each end did, when, and where it left out bytes', () => {
    const bytes = new TextEncoder().encode('two\nlines');
    const lines = [
      ...textOf({ type: 'skipped', key: 1, peer: 5, us: 0 }, 40, 'text'),
      ...textOf(chunk(bytes), 40, 'text'),
      ...textOf(chunk(bytes, { by: 'us', skipped: 65_000 }), 40, 'hex'),
    ];
    expect(lines.map((line) => line.trimEnd())).toEqual([
      ' ⋮ 5 B received, not shown',
      '  12.0 ms → two\\n',
      '            lines',
      '  12.0 ms ← 65,009 B',
      '00000000  74 77 6f 0a  |two.|',
      '00000004  6c 69 6e 65  |line|',
      '00000008  73           |s|',
      '… 65,000 B more',
    ]);
  });

  it('calls queued what the peer has not taken, so that no more is sent than is counted', () => {
    const bytes = new TextEncoder().encode('abcdef');
    expect(textOf({ type: 'skipped', key: 1, peer: 90, us: 90 }, 60, 'text', { bytes: 40, rest: 'queued' })[0]).toBe(
      ' ⋮ 90 B received and 40 B sent and 50 B queued, not shown',
    );
    const chunks = [0, 6, 12].map((offset) => chunk(bytes, { by: 'us', offset }));
    expect(
      chunks.map((each) =>
        textOf(each, 40, 'text', { bytes: 8, rest: 'not sent' })
          .map((line) => line.trim())
          .at(-1),
      ),
    ).toEqual(['12.0 ms ← abcdef', '‖ 4 B of it not sent', '‖ 6 B of it not sent']);
  });

  it('never leaves its cells, and lets no control out, whatever a peer sends', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 100 }).map((text) => new TextEncoder().encode(text)),
      fc.string({ unit: 'grapheme', maxLength: 100 }).map((text) => new TextEncoder().encode(text)),
    );
    const piece = fc.oneof(
      { weight: 5, arbitrary: bytes.map((each) => chunk(each)) },
      fc.record({ type: fc.constant('skipped'), key: fc.nat(), peer: fc.nat(), us: fc.nat() }),
    );
    fc.assert(
      fc.property(piece, fc.integer({ min: 38, max: 120 }), fc.constantFrom('text', 'hex'), (each, cells, format) => {
        for (const line of textOf(each, cells, format)) {
          expect(cellWidth(line)).toBeLessThanOrEqual(cells);
          expect(line).not.toMatch(control);
        }
      }),
    );
  });
});

describe('the ladder of calls', () => {
  const rung = fc.record<Rung>({
    by: fc.constantFrom('peer', 'us'),
    step: fc.constantFrom('connect', 'accept', 'recv', 'send', 'FIN', 'RST', 'closed'),
    sinceMs: fc.double({ min: -10, max: 1e10, noNaN: true }),
    untilMs: fc.double({ min: 0, max: 1e10, noNaN: true }),
    count: fc.nat(),
    bytes: fc.nat(),
  });

  it('never leaves its cells and rows', () => {
    const row = connection(1, { how: 'error', error: 'EPROTO' });
    fc.assert(
      fc.property(
        fc.array(rung, { maxLength: 50 }),
        fc.integer({ min: 20, max: 100 }),
        fc.integer({ min: 1, max: 60 }),
        (rungs, cells, rows) => {
          const lines = ladderLines(row, rungs, cells, rows).map((spans) => spans.map(({ text }) => text).join(''));
          expect(lines.length).toBeLessThanOrEqual(Math.max(rows, 2));
          for (const line of lines) expect(cellWidth(line)).toBe(cells);
        },
      ),
    );
  });

  it('stands peer and us side by side', () => {
    const rungs: readonly Rung[] = [
      { by: 'peer', step: 'connect', sinceMs: -0.2, untilMs: -0.2, count: 1, bytes: 0 },
      { by: 'us', step: 'accept', sinceMs: 0, untilMs: 0, count: 1, bytes: 0 },
      { by: 'peer', step: 'send', sinceMs: 1, untilMs: 1, count: 1, bytes: 12 },
      { by: 'us', step: 'recv', sinceMs: 2, untilMs: 3200, count: 84, bytes: 1_200_000 },
      { by: 'us', step: 'send', sinceMs: 3, untilMs: 3, count: 0, bytes: 7 },
      { by: 'peer', step: 'recv', sinceMs: 4, untilMs: 4, count: 1, bytes: 7 },
      { by: 'us', step: 'FIN', sinceMs: 5, untilMs: 5, count: 1, bytes: 0 },
      { by: 'peer', step: 'FIN', sinceMs: 6, untilMs: 6, count: 1, bytes: 0 },
      { by: 'us', step: 'shutdown', sinceMs: 6, untilMs: 6, count: 1, bytes: 0 },
      { by: 'peer', step: 'RST', sinceMs: 7, untilMs: 7, count: 1, bytes: 0 },
    ];
    const lines = ladderLines(connection(1), rungs, 60, 20).map((spans) => spans.map(({ text }) => text).join(''));
    expect(lines.map((line) => line.trimEnd())).toEqual([
      '-0.20 ms   connect ──→',
      '    0 µs       SYN ──→ SYN accepted',
      ' 1.00 ms send 12 B ──→',
      ' 2.00 ms           ──→ recv ×84, 1.2 MB, to 3.20 s',
      ' 3.00 ms           ←── send 7 B, a part',
      ' 4.00 ms  recv 7 B ←──',
      ' 5.00 ms           ←── FIN sent (FIN_WAIT)',
      ' 6.00 ms       FIN ──→ FIN received',
      ' 6.00 ms           ─── shutdown, FIN queued',
      ' 7.00 ms       RST ──→ RST received',
    ]);
  });
});
