import { expect, test } from 'vitest';
import type { Edge } from '../../src/memory/recorder/edges-reader.ts';
import { type Piece, payloadOf } from '../../src/model/payload.ts';
import { recordsOf } from '../support/recording.ts';

const nothing = new Uint8Array(0);

/** The ends of a direction of so many bytes, `keep` of each end. */
const edgeOf = (length: number, keep: number): Edge => {
  const bytes = Uint8Array.from({ length }, (_, n) => n % 251);
  return { length, first: bytes.slice(0, keep), last: bytes.slice(Math.max(keep, length - keep)) };
};
const empty: Edge = { length: 0, first: nothing, last: nothing };

const told = (pieces: readonly Piece[]): readonly string[] =>
  pieces.map((piece) =>
    piece.type === 'skipped'
      ? `⋮ ${piece.peer} ${piece.us}`
      : `${piece.by} ${piece.offset}+${piece.bytes.length}${piece.skipped > 0 ? ` …${piece.skipped}` : ''}`,
  );

test('each call is a piece, with the offset of its direction', () => {
  const records = recordsOf(['recv', 'hello'], ['send', 'he'], ['send', 'llo'], ['recv', '!']);
  expect(told(payloadOf(records, 0))).toEqual(['peer 0+5', 'us 0+2', 'us 2+3', 'peer 5+1']);
});

test('what left the ring stands before the rest: first and last bytes, and how many in between', () => {
  const { records } = recordsOf(['recv', 'x'.repeat(5000)], ['recv', 'y']);
  const edges = { recv: edgeOf(5001, 2048), send: empty };
  expect(told(payloadOf({ records: records.slice(1), edges }, 0))).toEqual([
    'peer 0+2048',
    '⋮ 905 0',
    'peer 2953+2047',
    'peer 5000+1',
  ]);
});

test('of a flood the first and the last bytes are there, and how many were in between', () => {
  const { records } = recordsOf(['recv', 'x'.repeat(100_000)]);
  const folded = records.map((record) => ({ ...record, bytes: nothing, count: 10 }));
  const edges = { recv: edgeOf(100_000, 2048), send: edgeOf(10, 2048) };
  expect(told(payloadOf({ records: folded, edges }, 0))).toEqual([
    'us 0+10',
    'peer 0+2048',
    '⋮ 95904 0',
    'peer 97952+2048',
  ]);
});

test('what is not in the ring yet stands at the end', () => {
  const records = recordsOf(['recv', 'hello']);
  const edges = { recv: edgeOf(9000, 2048), send: empty };
  expect(told(payloadOf({ ...records, edges }, 0))).toEqual(['peer 0+5', 'peer 5+2043', '⋮ 4904 0', 'peer 6952+2048']);
});

test('keys rise, and no two pieces have the same', () => {
  const { records } = recordsOf(['recv', 'x'.repeat(5000)], ['send', 'x'], ['recv', 'y']);
  const folded = records.map((record) => ({ ...record, bytes: nothing, count: 10 }));
  const edges = { recv: edgeOf(20_000, 2048), send: edgeOf(9000, 2048) };
  const keys = payloadOf({ records: folded, edges }, 0).map(({ key }) => key);
  expect(keys).toEqual([...new Set(keys)].toSorted((a, b) => a - b));
});
