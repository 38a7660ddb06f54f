import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TapRecord } from '../../src/memory/tap.ts';
import { maxPayloadBytes, maxPieces, Payload, type Piece } from '../../src/model/payload.ts';

const nothing = { recv: 0, send: 0 };
const data = (call: 'recv' | 'send', length: number, kept = length, at = 7): TapRecord => ({
  type: 'data',
  call,
  at,
  bytes: new Uint8Array(kept),
  length,
});
const brief = (piece: Piece) =>
  piece.type === 'chunk'
    ? `${piece.by} ${piece.offset}+${piece.bytes.length}${piece.skipped > 0 ? `+${piece.skipped}` : ''}`
    : `skipped ${piece.peer} ${piece.us}`;

describe('the payload', () => {
  it('knows where in the stream of its end each chunk stands', () => {
    const payload = new Payload();
    payload.add(
      [{ type: 'gap', at: 1, recv: 100, send: 50 }, data('recv', 5), data('send', 3), data('recv', 9, 4)],
      nothing,
    );
    payload.add([data('recv', 1)], nothing);
    expect(payload.pieces.map(brief)).toEqual([
      'skipped 100 50',
      'peer 100+5',
      'us 50+3',
      'peer 105+4+5',
      'peer 114+1',
    ]);
  });

  it('shows what was left out last before the next chunk reports it', () => {
    const payload = new Payload();
    payload.add([data('recv', 5)], { recv: 7, send: 0 });
    expect(payload.pieces.map(brief)).toEqual(['peer 0+5', 'skipped 7 0']);
    payload.add([{ type: 'gap', at: 1, recv: 8, send: 0 }, data('recv', 1)], nothing);
    expect(payload.pieces.map(brief)).toEqual(['peer 0+5', 'skipped 8 0', 'peer 13+1']);
  });

  it('is the same array, and of the same pieces, while nothing comes', () => {
    const payload = new Payload();
    payload.add([data('recv', 5)], nothing);
    const { pieces } = payload;
    payload.add([], nothing);
    expect(payload.pieces).toBe(pieces);
    payload.add([data('recv', 5)], nothing);
    expect(payload.pieces[0]).toBe(pieces[0]);
  });

  it('is bounded, and never loses count of a byte', () => {
    const record = fc.record({ call: fc.constantFrom('recv', 'send'), length: fc.nat(40_000) });
    fc.assert(
      fc.property(fc.array(fc.array(record, { maxLength: 400 }), { maxLength: 8 }), (batches) => {
        const payload = new Payload();
        let total = 0;
        for (const batch of batches) {
          payload.add(
            batch.map(({ call, length }) => data(call, length, Math.min(length, 16_384))),
            nothing,
          );
          total += batch.reduce((sum, { length }) => sum + length, 0);
        }
        const { pieces } = payload;
        const chunks = pieces.flatMap((piece) => (piece.type === 'chunk' ? [piece] : []));
        const kept = chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
        const counted = pieces.reduce(
          (sum, piece) => sum + (piece.type === 'chunk' ? piece.bytes.length + piece.skipped : piece.peer + piece.us),
          0,
        );
        expect(pieces.length).toBeLessThanOrEqual(maxPieces);
        expect(kept).toBeLessThanOrEqual(maxPayloadBytes);
        expect(counted).toBe(total);
      }),
      { numRuns: 40 },
    );
  });
});
