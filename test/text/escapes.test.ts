import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { doubleBackslashes, EscapeError, escapeBytes, unescapeText } from '../../src/text/escapes.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const problem = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return error instanceof EscapeError ? [error.position, error.message] : error;
  }
};

describe('escapes', () => {
  test.each([
    ['', ''],
    ['plain', 'plain'],
    ['a\\r\\n', 'a\r\n'],
    ['\\t\\0\\\\', '\t\0\\'],
    ['\\x00\\xff\\xFe', '\x00\xff\xfe'],
    ['\\01', '\x001'],
    ['\\\\n', '\\n'],
    ['\\u{41}\\u{10ffff}', 'A\xf4\x8f\xbf\xbf'],
    ['안', '\xec\x95\x88'],
  ])('%s stands for %j', (text, bytes) => {
    expect(latin1(unescapeText(text))).toBe(bytes);
  });

  test.each([
    ['\\q', 1, /^at 1: no such escape/],
    ['🙂안\\', 3, /^at 3: no such escape/],
    ['ab\\xg0', 3, /two hex digits/],
    ['\\x4', 1, /two hex digits/],
    ['\\u41', 1, /braces/],
    ['\\u{}', 1, /braces/],
    ['\\u{d800}', 1, /braces/],
    ['\\n\\u{110000}', 3, /braces/],
  ])('%s has no meaning at %i', (text, position, words) => {
    expect(problem(() => unescapeText(text))).toEqual([position, expect.stringMatching(words)]);
  });

  test('any bytes come back from their escaped text, which hides nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: 'binary' }).map(Buffer.from)),
        (bytes) => {
          const text = escapeBytes(bytes);
          expect(latin1(unescapeText(text))).toBe(latin1(bytes));
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('what is seen stays, what is not is named', () => {
    expect(escapeBytes(Buffer.from('a\\b 안\r\n\x1b\u202e\u0085'))).toBe('a\\\\b 안\\r\\n\\x1B\\u{202E}\\u{85}');
    // Marks without a letter, and those that would paint over the rows above.
    expect(escapeBytes(Buffer.from(`e${'\u0301'.repeat(6)}`))).toBe(`e${'\u0301'.repeat(4)}\\u{301}\\u{301}`);
    expect(escapeBytes(Buffer.from('\u0301\n\u0301a\u0301'))).toBe('\\u{301}\\n\\u{301}a\u0301');
    expect(escapeBytes(Buffer.from([0xff, 0x41]))).toBe('\\xFFA');
  });

  test('any text with its backslashes doubled stands for itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(Buffer.from(unescapeText(doubleBackslashes(text))).toString()).toBe(text);
      }),
    );
  });
});
