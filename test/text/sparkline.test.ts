import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparkline } from '../../src/text/format.ts';
import { cellWidth } from '../../src/text/width.ts';

test.each([
  ['nothing yet', [], 3, '   '],
  ['the newest at the right', [0, 6], 4, '  ▁▇'],
  ['all of the scale', [0, 1, 2, 3, 4, 5, 6], 7, '▁▂▃▄▅▆▇'],
  ['the least traffic', [0, 1, 1_000_000], 3, '▁▂▇'],
  ['silence', [0, 0, 0], 3, '▁▁▁'],
  ['the newest of many, by their own highest', [900, 1, 6], 2, '▂▇'],
  ['no cells', [1, 2], 0, ''],
])('%s', (_, values, cells, line) => {
  expect(sparkline(values, cells)).toBe(line);
});

test('always takes its cells, and the highest value its full height', () => {
  const values = fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 90 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 60 }), (given, cells) => {
      const line = sparkline(given, cells);
      const shown = given.slice(-cells);
      const highest = Math.max(...shown);
      expect(cellWidth(line)).toBe(cells);
      expect(line.at(shown.indexOf(highest) - shown.length)).toBe(highest > 0 ? '▇' : '▁');
    }),
  );
});
