import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { printable } from '../../src/text/printable.ts';
import { cellWidth, fit, wrap } from '../../src/text/width.ts';
import { processorMs } from '../support/processor-time.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('a', ' ', '한', '漢', '🙂', 'é', 'e\u0301', '…', '👨‍👩‍👧') }),
);
const drawable = anyText.map((text) => printable(text));

describe('cellWidth', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['안녕', 4],
    ['e\u0301', 1],
    ['🙂', 2],
    ['🇰🇷', 2],
    ['→ ⏎ ▇', 5],
  ])('%j takes %i cells', (text, cells) => {
    expect(cellWidth(text)).toBe(cells);
  });

  test('is what Ink lays out with, for each UTF-16 unit', () => {
    const units = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
    expect(units.filter((unit) => cellWidth(unit) !== stringWidth(unit))).toEqual([]);
  });

  test('is what Ink lays out with, whatever stands side by side', () => {
    const drawn = [
      ...[
        [0x20, 0x7e],
        [0xa1, 0x2ff],
        [0x400, 0x481],
      ],
      ...[
        [0x2010, 0x205e],
        [0x2190, 0x23ce],
        [0x2500, 0x25ff],
      ],
    ].map(([min = 0, max = 0]) => fc.integer({ min, max }).map((code) => String.fromCharCode(code)));
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: fc.oneof(...drawn) })), (text) => {
        expect(cellWidth(text)).toBe(stringWidth(text));
      }),
    );
  });
});

describe('fit', () => {
  test.each([
    ['abc', 5, 'left', 'abc  '],
    ['abc', 5, 'right', '  abc'],
    ['abc', 3, 'left', 'abc'],
    ['abcd', 3, 'left', 'ab…'],
    ['abcd', 3, 'right', 'ab…'],
    ['abcd', 1, 'left', '…'],
    ['abcd', 0, 'left', ''],
    ['abcd', -1, 'left', ''],
    ['안녕', 5, 'left', '안녕 '],
    ['안녕', 4, 'left', '안녕'],
    ['안녕하', 5, 'left', '안녕…'],
    ['안녕하', 4, 'left', '안… '],
    ['안녕하', 4, 'right', ' 안…'],
    ['안', 1, 'left', '…'],
    ['e\u0301e\u0301e\u0301', 2, 'left', 'e\u0301…'],
    ['a🙂b', 3, 'left', 'a… '],
  ] as const)('%j in %i cells, %s: %j', (text, cells, align, fitted) => {
    expect(fit(text, cells, align)).toBe(fitted);
  });

  test('is always exactly as wide as asked', () => {
    fc.assert(
      fc.property(drawable, fc.integer({ min: 0, max: 40 }), fc.constantFrom('left', 'right'), (text, cells, align) => {
        expect(cellWidth(fit(text, cells, align))).toBe(cells);
      }),
    );
  });

  test('only pads a text that has room', () => {
    fc.assert(
      fc.property(drawable, fc.nat(9), (text, spare) => {
        const cells = cellWidth(text) + spare;
        expect(fit(text, cells)).toBe(text + ' '.repeat(spare));
        expect(fit(text, cells, 'right')).toBe(' '.repeat(spare) + text);
      }),
    );
  });

  test('counts the letters of its short cut as string-width does', () => {
    const letters = String.fromCodePoint(
      ...[0x3041, 0x3096, 0x30a1, 0x30fa, 0x4e00, 0x9fff, 0xac00, 0xd7a3].flatMap((code) => [code, code]),
    );
    expect(cellWidth(letters)).toBe(2 * letters.length);
    expect(fit(letters, 2 * letters.length)).toBe(letters);
  });

  test('reads no more of a long text than it shows', () => {
    const endless = '🙂'.repeat(1_000_000);
    const started = processorMs();
    expect(fit(endless, 7)).toBe('🙂🙂🙂…');
    expect(processorMs() - started).toBeLessThan(1000);
  });
});

describe('wrap', () => {
  test.each([
    ['', 10, ['']],
    ['hello', 10, ['hello']],
    ['hello world', 5, ['hello', 'world']],
    ['hello world', 8, ['hello', 'world']],
    ['hello world', 11, ['hello world']],
    ['a  b', 2, ['a', 'b']],
    ['  indented text', 10, ['  indented', 'text']],
    ['abcdefgh', 3, ['abc', 'def', 'gh']],
    ['ab cdefgh', 4, ['ab c', 'defg', 'h']],
    ['abc def ', 3, ['abc', 'def']],
    ['안녕하세요', 5, ['안녕', '하세', '요']],
    ['안녕 세상', 4, ['안녕', '세상']],
    ['안녕', 1, ['…', '…']],
    ['ab', 0, ['a', 'b']],
    ['   ', 2, ['']],
  ])('%j in %i cells', (text, cells, lines) => {
    expect(wrap(text, cells)).toEqual(lines);
  });

  test('keeps every line within its cells and loses nothing but spaces', () => {
    fc.assert(
      fc.property(drawable, fc.integer({ min: 2, max: 20 }), (text, cells) => {
        fc.pre([...new Intl.Segmenter().segment(text)].every(({ segment }) => cellWidth(segment) <= cells));
        const lines = wrap(text, cells);
        for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(cells);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
