import { describe, expect, it } from 'vitest';
import { alignRow, type ColumnName, cellOf, markCells, tableFor } from '../../src/screen/columns.ts';
import { cellWidth } from '../../src/text/width.ts';
import { connection, nowMs } from './fixture.ts';

const row = (cells: number, changes: Parameters<typeof connection>[1] = {}, isOwn = false) => {
  const table = tableFor(cells, 2);
  return alignRow(table, (column) => cellOf(connection(7, changes), column, nowMs, isOwn));
};
const names = (cells: number, digits = 2): readonly ColumnName[] =>
  tableFor(cells, digits).columns.map(({ name }) => name);

describe('columns', () => {
  it('go one after another as the pane gets narrower', () => {
    expect(names(73)).toEqual(['id', 'peer', 'state', 'age', 'in', 'out', 'rateIn', 'rateOut']);
    expect(names(72)).toEqual(['id', 'peer', 'state', 'age', 'in', 'out', 'rateIn']);
    expect(names(65)).toEqual(['id', 'peer', 'state', 'age', 'in', 'out', 'rateIn']);
    expect(names(57)).toEqual(['id', 'peer', 'state', 'age', 'in', 'out']);
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

  it('say which error it was where there is room', () => {
    expect(row(90, { how: 'reset', error: 'ECONNRESET' })).toContain('reset ECONNRESET');
  });

  it('stop the age of a closed connection', () => {
    expect(row(58, { ageMs: 90_000, how: 'fin', at: { close: 61_000 } })).toContain(' 01:01 ');
  });
});
