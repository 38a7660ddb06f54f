import { describe, expect, it } from 'vitest';
import { alignRow, type ColumnName, cellOf, markCells, tableFor } from '../../../src/screen/panes/columns.ts';
import { startOfDay } from '../../../src/text/format.ts';
import { cellWidth } from '../../../src/text/width.ts';
import { connection, wallNow } from '../fixture.ts';

const today = startOfDay(wallNow());
const row = (cells: number, changes: Parameters<typeof connection>[1] = {}, isOwn = false) => {
  const table = tableFor(cells, 2);
  return alignRow(table, (column) => cellOf(connection(7, changes), column, today, isOwn));
};
const names = (cells: number, digits = 2): readonly ColumnName[] =>
  tableFor(cells, digits).columns.map(({ name }) => name);

describe('columns', () => {
  it('go one after another as the pane gets narrower', () => {
    expect(names(73)).toEqual(['id', 'peer', 'state', 'opened', 'in', 'out', 'rateIn', 'rateOut']);
    expect(names(72)).toEqual(['id', 'peer', 'state', 'opened', 'in', 'out', 'rateIn']);
    expect(names(65)).toEqual(['id', 'peer', 'state', 'opened', 'in', 'out', 'rateIn']);
    expect(names(57)).toEqual(['id', 'peer', 'state', 'opened', 'in', 'out']);
    expect(names(56)).toEqual(['id', 'peer', 'state', 'in', 'out']);
    expect(names(37)).toEqual(['id', 'peer', 'state']);
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
    expect(row(90, { how: 'reset', error: 'ECONNRESET' })).toContain('reset ECONNRESET');
  });

  it.each([
    ['fin 84 µs', { how: 'fin', at: { close: 0.084 } }],
    ['fin 3.00 ms', { how: 'fin', at: { close: 3 } }],
    ['expired 30.0 s', { how: 'expired', transport: 'udp', at: { close: 30_000 } }],
    ['reset 1:02:03', { how: 'reset', at: { close: 3_723_000 } }],
  ] as const)('say in a wide window how long a closed one lived: %s', (state, changes) => {
    expect(row(90, changes)).toContain(` ${state}  `);
    expect(row(73, changes)).not.toContain(state);
  });

  it('show the time of the opening, and the date where that was not today', () => {
    expect(row(58, { ageMs: 12_000 })).toContain(' 10:41:55 ');
    expect(row(58, { ageMs: 12_000, how: 'fin', at: { close: 10 } })).toContain(' 10:41:55 ');
    expect(row(58, { ageMs: 11 * 3600e3 })).toContain('   Jan  4 ');
    const tomorrow = new Date(today).setDate(6);
    expect(row(58, { openedWallMs: tomorrow }), 'the clock was set back').toContain('   Jan  6 ');
  });
});
