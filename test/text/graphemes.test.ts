import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { isSingles, Segmenter } from '../../src/text/graphemes.ts';

const intl = new Intl.Segmenter();
const ours = new Segmenter();

const units = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
const singles = units.filter(isSingles);

describe('single cells', () => {
  test('are one cell each, by the tables that Ink lays out with', () => {
    expect(singles.length).toBeGreaterThan(1000);
    expect(singles.filter((char) => stringWidth(char) !== 1)).toEqual([]);
  });

  test('are one cell each beside any other', () => {
    const text = fc.array(fc.constantFrom(...singles), { maxLength: 20 }).map((chars) => chars.join(''));
    fc.assert(
      fc.property(text, (shown) => {
        expect(stringWidth(shown)).toBe(shown.length);
      }),
    );
  });
});

describe('Segmenter', () => {
  const mixed = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', '\u001B', '[', 'm', '─', '한', '漢', 'か') }),
    fc.string({ unit: fc.constantFrom('a', '\n', '\r', '한', '\u1100', '\u1161', '\u11A8', '🙂', '\u200D', '\u0301') }),
    fc.string({ unit: 'binary' }),
  );

  test('cuts any text as Intl.Segmenter does', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        expect([...ours.segment(text)]).toEqual([...intl.segment(text)]);
      }),
    );
  });

  test('finds the grapheme at any place as Intl.Segmenter does', () => {
    fc.assert(
      fc.property(mixed, fc.integer({ min: -1, max: 12 }), (text, index) => {
        expect(ours.segment(text).containing(index)).toEqual(intl.segment(text).containing(index));
      }),
    );
  });

  test('takes no character for a grapheme of its own that another one joins', () => {
    const wide = units.filter((unit) => /[\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF\uAC00-\uD7A3]/.test(unit));
    const text = [...singles, '\u001B', '\n', ...wide].join('');
    expect(Array.from(ours.segment(text), ({ segment }) => segment)).toEqual([...text]);
    expect(Array.from(intl.segment(text), ({ segment }) => segment)).toEqual([...text]);
  });
});
