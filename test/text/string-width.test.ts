import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import ours from '../../src/text/string-width.ts';

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\x1b[1;38;5;4m', '\x1b[48;2;1;2;3m', '\x1b[39m', '\x1b]8;;http://a/\x07', '\x1b]8;;\x07'),
    fc.constantFrom('a', ' ', '─', '│', '▁', '→', 'é', '…', '\n'),
    fc.constantFrom('한', '漢', '🙂', '\u0301'),
  ),
});

test('libraries get the widths of string-width', () => {
  fc.assert(
    fc.property(text, (styled) => {
      expect(ours(styled)).toBe(stringWidth(styled));
    }),
  );
});

test('what an option asks for is as in string-width', () => {
  const options = { countAnsiEscapeCodes: true };
  expect(ours('\x1b[1m─', options)).toBe(stringWidth('\x1b[1m─', options));
  expect(ours('─', { ambiguousIsNarrow: false })).toBe(2);
});
