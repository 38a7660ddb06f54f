import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unescapeText } from '../../src/text/escapes.ts';
import { printable } from '../../src/text/printable.ts';
import { cellWidth } from '../../src/text/width.ts';
import { processorMs } from '../support/processor-time.ts';
import { createEmulator } from '../support/terminal/emulator.ts';

/** Nothing that steers a terminal, is invisible, or reorders what stands around it. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      ...['a', '1', '\n', '\x1b', '\u0301', '\u200D', '\uFE0F', '\u20E3', '👍', '🏽', '🇰', '🇷', '🇽'],
      ...['\u094D', '\u200C', 'क', 'ष', '\u093C'],
      ...['\u1112', '\u1161', '\u11AB', '가', '\u0E17', '\u0E33', '\u0600', '\u0D4E', '\u202E', '\uD800', '\uDC80'],
    ),
  }),
);

describe('controls become visible', () => {
  test.each([
    ['plain ASCII ~ and \\n as typed', 'plain ASCII ~ and \\n as typed'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\0', '\\x00'],
    ['\x1b[31mred\x1b]0;title\x07', '\\x1B[31mred\\x1B]0;title\\x07'],
    ['\x7f', '\\x7F'],
    ['\u0085\u009b2J', '\\x85\\x9B2J'],
    ['abc\u202Edcba', 'abc\\u{202E}dcba'],
    ['\u061C\u200E\u200F\u2066\u2069', '\\u{61C}\\u{200E}\\u{200F}\\u{2066}\\u{2069}'],
    ['pay\u200Bpal\u2060\uFEFF\u00AD', 'pay\\u{200B}pal\\u{2060}\\u{FEFF}\\u{AD}'],
    ['a\u200Db', 'a\\u{200D}b'],
    ['tag \u{E0041}', 'tag \\u{E0041}'],
    ['\u2028\u2029\uFFF9', '\\u{2028}\\u{2029}\\u{FFF9}'],
    ['\uD800x\uDC80', '\\u{D800}x\\x80'],
    ['\uFFFF\u0378', '\\u{FFFF}\\u{378}'],
  ])('%j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('a backslash that a peer sent is told apart from an escape', () => {
  const shown = (text: string): string => printable(Buffer.from(text));

  test('a line end and its escape as it is typed are not shown alike', () => {
    expect(shown('a\r\nb')).toBe('a\\r\\nb');
    expect(shown('a\\r\\nb')).toBe('a\\\\r\\\\nb');
    expect(shown('C:\\temp\x1b')).toBe('C:\\\\temp\\x1B');
  });

  test('what is shown is made harmless once more without a change', () => {
    expect(printable(shown('a\\n\n'))).toBe(shown('a\\n\n'));
  });

  test('no two ASCII texts are shown alike', () => {
    const ascii = fc.string({
      unit: fc.constantFrom('\\', 'n', 'x', '0', 'A', '\n', '\r', '\x0a', '\x1b'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(ascii, (text) => {
        expect(Buffer.from(unescapeText(shown(text))).toString()).toBe(text);
      }),
    );
  });
});

describe('letters stay', () => {
  test.each([
    '안녕',
    '日本語',
    'καλημέρα',
    'Привет',
    'שלום',
    'سلام',
    'नमते',
    'e\u0301',
    '→ ▇',
    '\uE0B0',
    '🙂🇰🇷',
    '\u3000',
  ])('%s', (text) => {
    expect(printable(text)).toBe(text);
  });
});

describe('what terminals measure differently is flattened', () => {
  test.each([
    ['a family, joined', '👨\u200D👩\u200D👧', '👨👩👧'],
    ['a skin tone', '👍🏽!', '👍!'],
    ['a heart as emoji', '❤\uFE0F', '❤'],
    ['a keycap', '1\uFE0F\u20E32', '12'],
    ['a skin tone alone', 'a🏽', 'a\\u{1F3FD}'],
    ['a flag that is none', '🇽🇽', '\\u{1F1FD}\\u{1F1FD}'],
    ['half a flag', '🇰🇷🇰', '🇰🇷\\u{1F1F0}'],
    ['jamo of a syllable', '\u1112\u1161\u11AB', '한'],
    ['jamo of an old syllable', '\u1112\u119E\u11AB', '\u1112\u119E\u11AB'],
    ['jamo of no syllable', '\u1161\u1112\u11AB', '\\u{1161}\\u{1112}\\u{11AB}'],
    ['leading jamo that would join', '\u1112\u1112가\u1112\u119E', '\\u{1112}\\u{1112}가\u1112\u119E'],
    ['Thai AM', 'ท\u0E33', 'ท\u0E4D\u0E32'],
    ['a joiner after a virama', 'ශ්\u200Dරී', 'ශ්රී'],
    ['a conjunct', 'नमस्ते क्ष्म', 'नमस्\u200Cते क्\u200Cष्\u200Cम'],
    ['a conjunct that is parted already', 'क्\u200Cष', 'क्\u200Cष'],
    ['a virama that joins nothing', 'वाक् ', 'वाक् '],
    ['a non-joiner elsewhere', 'a\u200Cb क\u200Cष', 'a\\u{200C}b क\\u{200C}ष'],
    ['a letter that swallows the next', '\u0D4Ea', '\\u{D4E}a'],
  ])('%s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('combining marks', () => {
  test('need a base', () => {
    expect(printable('\u0301a')).toBe('\\u{301}a');
    expect(printable('\n\u0301')).toBe('\\n\\u{301}');
  });

  test('are four at most, and none sits on an escape', () => {
    expect(printable(`a${'\u0301'.repeat(6)}b\u0301`)).toBe(`a${'\u0301'.repeat(4)}\\u{301}\\u{301}b\u0301`);
  });
});

describe('bytes are read as UTF-8', () => {
  test.each([
    ['well-formed', [0x68, 0xc3, 0xa9, 0xf0, 0x9f, 0x99, 0x82], 'hé🙂'],
    ['a stray byte', [0x61, 0xff, 0x62], 'a\\xFFb'],
    ['a cut sequence', [0xe2, 0x82], '\\xE2\\x82'],
    ['a cut sequence before a good one', [0xf0, 0x9f, 0x99, 0xc3, 0xa9], '\\xF0\\x9F\\x99é'],
    ['an overlong form', [0xc0, 0x80, 0xe0, 0x80, 0xaf], '\\xC0\\x80\\xE0\\x80\\xAF'],
    ['a surrogate', [0xed, 0xa0, 0x80], '\\xED\\xA0\\x80'],
    ['past U+10FFFF', [0xf4, 0x90, 0x80, 0x80], '\\xF4\\x90\\x80\\x80'],
    ['CSI as C1', [0xc2, 0x9b, 0x9b], '\\x9B\\x9B'],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x61], '\\u{FEFF}a'],
    ['a control after a bad byte', [0x80, 0x1b, 0x0a], '\\x80\\x1B\\n'],
  ])('%s', (_, bytes, shown) => {
    expect(printable(Uint8Array.from(bytes))).toBe(shown);
  });

  test('wherever the bytes lie in their buffer', () => {
    const bytes = Uint8Array.from([0x1b, 0x61, 0xff, 0x1b]);
    expect(printable(bytes.subarray(1, 3))).toBe('a\\xFF');
  });

  test('and text is the same as its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(new TextEncoder().encode(text))).toBe(printable(text));
      }),
    );
  });
});

describe('whatever comes', () => {
  test('nothing unsafe is shown', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.uint8Array({ maxLength: 64 })), (input) => {
        expect(printable(input).replace(/(?<=\p{M})\u200C(?=\p{L})/gu, '')).not.toMatch(unsafe);
      }),
    );
  });

  test('what has been shown may pass again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
  });

  test('no cluster takes more cells than it is counted for', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const { segment } of new Intl.Segmenter().segment(printable(text)))
          expect(segment.match(/\p{L}/gu)?.length ?? 0).toBeLessThanOrEqual(cellWidth(segment));
      }),
    );
  });

  test('every code point is visible, and as wide beside others as alone', () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0xe0fff; code += 1) {
      // Ideographs of planes 2 and 3 are all alike, and planes 4 to 13 are empty.
      if (code === 0x20000) code = 0xe0000;
      const shown = printable(String.fromCodePoint(code));
      const cells = cellWidth(shown);
      if (cells < 1 || cellWidth(`a${shown}a`) !== cells + 2) {
        wrong.push(code.toString(16));
      }
    }
    expect(wrong).toEqual([]);
  });

  test('a mark that is counted for more cells than terminals give it does not shift what follows', async () => {
    for (const letter of ['क', '가']) {
      for (const mark of ['\u1734', '\u302E', '\u302F', '\u{16FF0}', '\u{16FF1}']) {
        const emulator = createEmulator({ columns: 40, rows: 1 });
        const shown = printable(`${letter}${mark}|`);
        await emulator.write(shown);
        expect(emulator.cursor().column, shown).toBe(cellWidth(shown));
      }
    }
  });

  test('a flood is linear in time', () => {
    const flood = `a${'\u0301\u0323'.repeat(100_000)}`;
    const started = processorMs();
    expect(printable(flood)).toHaveLength(5 + 7 * 199_996);
    expect(processorMs() - started).toBeLessThan(2000);
  });
});
