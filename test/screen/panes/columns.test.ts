import { describe, expect, it, vi } from 'vitest';
import { alignRow, type ColumnName, cellOf, markCells, tableFor } from '../../../src/screen/panes/columns.ts';
import { startOfDay } from '../../../src/text/format.ts';
import { cellWidth } from '../../../src/text/width.ts';
import { connection, nowMs, saying, wallNow } from '../fixture.ts';

const today = startOfDay(wallNow());
const row = (cells: number, changes: Parameters<typeof connection>[1] = {}, isOwn = false) => {
  const table = tableFor(cells, { digits: 2, listeners: 1 });
  return alignRow(table, (column) => cellOf(connection(7, changes), column, today, isOwn));
};
const names = (cells: number, listeners = 1): readonly ColumnName[] =>
  tableFor(cells, { digits: 2, listeners }).columns.map(({ name }) => name);

describe('columns', () => {
  it('go one after another as the pane gets narrower', () => {
    const narrow = ['id', 'peer', 'state', 'opened', 'in', 'out'];
    const rates = ['rateIn', 'rateOut'];
    expect(names(114)).toEqual([...narrow, ...rates, 'active', 'owed', 'echo', 'said']);
    expect(names(113)).toEqual([...narrow, ...rates, 'active', 'owed', 'said']);
    expect(names(92)).toEqual([...narrow, 'active', 'owed', 'said']);
    expect(names(84)).toEqual([...narrow, 'active', 'said']);
    expect(names(75)).toEqual([...narrow, 'said']);
    expect(names(74)).toEqual(narrow);
    expect(names(57)).toEqual(narrow);
    expect(names(56)).toEqual(['id', 'peer', 'state', 'in', 'out']);
    expect(names(37)).toEqual(['id', 'peer', 'state']);
    for (let cells = 37; cells < 200; cells += 1)
      expect(names(cells + 1)).toEqual(expect.arrayContaining([...names(cells)]));
  });

  it('name the listener only where there are several', () => {
    expect(names(200)).not.toContain('listener');
    expect(names(101, 2)).toContain('listener');
  });

  it('show what the peer said first, in one line that is safe to draw, and when a byte last moved', () => {
    const edges = saying('GET / HTTP/1.1\r\nHost: \x1b[2Jx');
    expect(row(170, { bytesIn: 31, edges, activeAt: nowMs - 5_000 })).toMatch(
      / 10:42:02 .* GET \/ HTTP\/1\.1\\r\\nHost: \\x1B\[2Jx *$/u,
    );
  });

  it('read no payload where what was said does not fit', () => {
    const edges = vi.fn(saying('hello'));
    row(74, { edges });
    expect(edges).not.toHaveBeenCalled();
  });

  it('read the payload of a row once while no byte moves', () => {
    const edges = vi.fn(saying('hello'));
    const silent = connection(7, { bytesIn: 5, edges });
    const table = tableFor(90, { digits: 2, listeners: 1 });
    for (let picture = 0; picture < 3; picture += 1)
      expect(alignRow(table, (column) => cellOf(silent, column, today, false))).toContain(' hello');
    expect(edges).toHaveBeenCalledTimes(1);
  });

  it('show what is owed, without what the discipline still holds', () => {
    expect(row(92, { bytesIn: 30, bytesOut: 10, held: 5, discipline: 'line' })).toMatch(/ 15 B +$/u);
    expect(row(92, { bytesIn: 30, discipline: 'none' })).not.toMatch(/ 30 B .* 30 B/u);
  });

  it('fit at every width, whatever is in them', () => {
    const extremes = { peer: '[2001:db8:1111:2222:3333:4444:5555:6666]:65535', ageMs: 9e9, bytesIn: 2 ** 53 };
    for (let cells = 37; cells <= 200; cells += 1) {
      expect(cellWidth(row(cells, extremes))).toBeLessThanOrEqual(cells - markCells);
      expect(cellWidth(row(cells, extremes))).toBe(cellWidth(row(cells)));
    }
  });

  it.each([
    ['an address', {}, false, '127.0.0.1:53007'],
    ['an address too long, but for its port', { peer: '[2001:db8::dead:beef]:40001' }, false, '[2001:db8…:40001'],
    ['the client of this console', {}, true, 'you:53007'],
  ] as const)('show %s', (_, changes, isOwn, peer) => {
    expect(row(58, changes, isOwn)).toMatch(new RegExp(`^ 7 ${peer.replaceAll(/[[\]]/g, '\\$&')} `));
  });

  it.each([
    ['ESTABLISHED', {}],
    ['UDP', { transport: 'udp' }],
    ['fin', { how: 'fin', state: 'CLOSED' }],
    ['reset', { how: 'reset', error: 'ECONNRESET', state: 'CLOSED' }],
  ] as const)('say %s', (state, changes) => {
    expect(row(58, changes).split(/ +/)[3]).toBe(state);
  });

  it('show the error where there is room', () => {
    expect(row(130, { how: 'reset', error: 'ECONNRESET' })).toContain('reset ECONNRESET');
  });

  it.each([
    ['fin 84 µs', { how: 'fin', at: { close: 0.084 } }],
    ['fin 3.00 ms', { how: 'fin', at: { close: 3 } }],
    ['expired 30.0 s', { how: 'expired', transport: 'udp', at: { close: 30_000 } }],
    ['reset 1:02:03', { how: 'reset', at: { close: 3_723_000 } }],
  ] as const)('say in a wide window how long a closed one lived: %s', (state, changes) => {
    expect(row(130, changes)).toContain(` ${state}  `);
    expect(row(66, changes)).not.toContain(state);
  });

  it('show the time of the opening, and the date where that was not today', () => {
    expect(row(58, { ageMs: 12_000 })).toContain(' 10:41:55 ');
    expect(row(58, { ageMs: 12_000, how: 'fin', at: { close: 10 } })).toContain(' 10:41:55 ');
    expect(row(58, { ageMs: 11 * 3600e3 })).toContain('   Jan  4 ');
    const tomorrow = new Date(today).setDate(6);
    expect(row(58, { openedWallMs: tomorrow }), 'the clock was set back').toContain('   Jan  6 ');
  });
});
