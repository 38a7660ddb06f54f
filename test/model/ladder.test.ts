import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallRun } from '../../src/model/calls.ts';
import { ladderOf, type Rung, shorten } from '../../src/model/ladder.ts';
import { rowWith } from './row.ts';

const call = (name: CallRun['call'], from: number, bytes: number, count = 1, to = from): CallRun => ({
  call: name,
  from,
  to,
  count,
  bytes,
});
const brief = ({ by, step, sinceMs, bytes }: Rung) => [sinceMs, by, step, bytes];

describe('ladderOf', () => {
  it('puts the calls of our end between accept and close', () => {
    const row = rowWith({ how: 'fin', ourEnd: 'acknowledged', at: { finReceived: 1020, finSent: 1021, close: 1022 } });
    const calls = [call('recv', 1005, 12), call('send', 1006, 12, 84, 1018)];
    expect(ladderOf(row, { calls, client: null }).map(brief)).toEqual([
      [0, 'us', 'accept', 0],
      [5, 'us', 'recv', 12],
      [6, 'us', 'send', 12],
      [20, 'peer', 'FIN', 0],
      [21, 'us', 'FIN', 0],
      [22, 'us', 'closed', 0],
    ]);
    expect(ladderOf(row, { calls, client: null })[2]).toMatchObject({ sinceMs: 6, untilMs: 18, count: 84 });
  });

  it('shows one send of the client become two reads', () => {
    const row = rowWith({ at: { finReceived: 1010 } });
    const client = {
      how: null,
      at: { ...rowWith().at, accept: 999, finSent: 1009 },
      calls: [call('send', 1001, 100_000), call('recv', 1005, 100_000)],
    };
    const calls = [call('recv', 1002, 65_536), call('send', 1002, 65_536), call('recv', 1003, 34_464)];
    expect(ladderOf(row, { calls, client }).map(brief)).toEqual([
      [-1, 'peer', 'connect', 0],
      [0, 'us', 'accept', 0],
      [1, 'peer', 'send', 100_000],
      [2, 'us', 'recv', 65_536],
      [2, 'us', 'send', 65_536],
      [3, 'us', 'recv', 34_464],
      [5, 'peer', 'recv', 100_000],
      [9, 'peer', 'FIN', 0],
    ]);
  });

  it('has no FIN of the client that we have not read', () => {
    const client = { how: null, at: { ...rowWith().at, finSent: 1009 }, calls: [] };
    expect(ladderOf(rowWith(), { calls: [], client }).map(brief)).toEqual([
      [0, 'peer', 'connect', 0],
      [0, 'us', 'accept', 0],
    ]);
  });

  it('calls our FIN a shutdown until it is known to have arrived', () => {
    const at = { finReceived: 1001, finSent: 1002, close: 1003 };
    for (const ourEnd of ['unknown', 'unacknowledged', 'acknowledged'] as const)
      expect(ladderOf(rowWith({ how: 'fin', ourEnd, at }), { calls: [], client: null }).map(brief)[2]).toEqual([
        2,
        'us',
        ourEnd === 'acknowledged' ? 'FIN' : 'shutdown',
        0,
      ]);
  });

  it.each([
    [{ how: 'reset', error: 'ECONNRESET' }, 'peer'],
    [{ how: 'reset', error: null, ourEnd: 'rst' }, 'us'],
    [{ how: 'limit', error: null, ourEnd: 'rst' }, 'us'],
    [{ how: 'shutdown', error: null, ourEnd: 'rst' }, 'us'],
  ] as const)('names who sent the RST of %o', (end, by) => {
    const rungs = ladderOf(rowWith({ ...end, at: { close: 1001 } }), { calls: [], client: null });
    expect(rungs.map(brief)).toEqual([
      [0, 'us', 'accept', 0],
      [1, by, 'RST', 0],
      [1, 'us', 'closed', 0],
    ]);
  });
});

describe('shorten', () => {
  it('keeps both ends and says how many rungs are missing', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 2, max: 30 }), (count, rows) => {
        const rungs = ladderOf(rowWith({ how: 'fin', at: { close: 9000 } }), {
          calls: Array.from({ length: count }, (_, n) => call('recv', 1001 + n, n)),
          client: null,
        });
        const { first, left, last } = shorten(rungs, rows);
        expect(first.length + left + last.length).toBe(rungs.length);
        expect(first.length + last.length + (left > 0 ? 1 : 0)).toBeLessThanOrEqual(rows);
        expect([...first, ...last].at(-1)).toBe(rungs.at(-1));
        if (rows > 2) expect(first[0]).toBe(rungs[0]);
      }),
    );
  });
});
