import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Edit, edit, emptyLine, type Line, maxLineLength, visiblePart } from '../../src/text/line.ts';
import { cellWidth } from '../../src/text/width.ts';
import { processorMs } from '../support/processor-time.ts';

/** `a|b` is the text `ab` with the cursor between. */
function line(marked: string): Line {
  const cursor = marked.indexOf('|');
  return { text: marked.replace('|', ''), cursor };
}

function marked({ text, cursor }: Line): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const family = '👨\u200D👩\u200D👧';

describe('moving and deleting', () => {
  const cases: readonly (readonly [before: string, type: Exclude<Edit['type'], 'insert'>, after: string])[] = [
    ['ab|', 'left', 'a|b'],
    ['|ab', 'right', 'a|b'],
    ['a🙂|b', 'left', 'a|🙂b'],
    [`|${family}b`, 'right', `${family}|b`],
    ['e\u0301|', 'left', '|e\u0301'],
    ['ab|c', 'home', '|abc'],
    ['a|bc', 'end', 'abc|'],
    ['a🙂|b', 'backspace', 'a|b'],
    [`${family}|`, 'backspace', '|'],
    ['🇰🇷🇺🇸|', 'backspace', '🇰🇷|'],
    ['안녕|', 'backspace', '안|'],
    ['a|🙂b', 'delete', 'a|b'],
    ['a|\nb', 'delete', 'a|b'],
    ['one two|', 'wordLeft', 'one |two'],
    ['one two  |', 'wordLeft', 'one |two  '],
    ['a.b-c|', 'wordLeft', 'a.b-|c'],
    [`x ${family}|`, 'wordLeft', `x |${family}`],
    ['|one two', 'wordRight', 'one| two'],
    ['one| two', 'wordRight', 'one two|'],
    [`|${family} x`, 'wordRight', `${family}| x`],
    ['안녕 세상|', 'wordLeft', '안녕 |세상'],
    ['GET /a/b|', 'killWord', 'GET |'],
    ['one two  |three', 'killWord', 'one |three'],
    ['one\ntwo|', 'killWord', 'one\n|'],
    ['one |two', 'killToStart', '|two'],
    ['one| two', 'killToEnd', 'one|'],
    ['🇰|a🇷', 'delete', '🇰🇷|'],
  ];
  test.each(cases)('%j, %s: %j', (before, type, after) => {
    expect(marked(edit(line(before), { type }))).toBe(after);
  });

  const idle: readonly (readonly [before: string, type: Exclude<Edit['type'], 'insert'>])[] = [
    ['|ab', 'left'],
    ['ab|', 'right'],
    ['|ab', 'home'],
    ['ab|', 'end'],
    ['|ab', 'wordLeft'],
    ['ab|', 'wordRight'],
    ['|ab', 'backspace'],
    ['ab|', 'delete'],
    ['|ab', 'killWord'],
    ['|ab', 'killToStart'],
    ['ab|', 'killToEnd'],
  ];
  test.each(idle)('%j, %s: the same object, as nothing changed', (before, type) => {
    const given = line(before);
    expect(edit(given, { type })).toBe(given);
  });
});

describe('inserting', () => {
  test.each([
    ['a|b', 'x', 'ax|b'],
    ['|', '안녕', '안녕|'],
    ['e|x', '\u0301', 'e\u0301|x'],
    ['\u1112|\u11AB', '\u1161', '\u1112\u1161\u11AB|'],
    ['👨|👩', '\u200D', '👨\u200D👩|'],
    ['|🇷', '🇰', '🇰🇷|'],
    ['|', 'one\r\ntwo\rthree\n\n', 'one\ntwo\nthree\n\n|'],
    ['|', '\x1b[31m\0\t', '\x1b[31m\0\t|'],
  ])('%j + %j: %j', (before, text, after) => {
    expect(marked(edit(line(before), { type: 'insert', text }))).toBe(after);
  });

  test('nothing gives the same object', () => {
    const given = line('a|b');
    expect(edit(given, { type: 'insert', text: '' })).toBe(given);
  });
});

const piece = fc.constantFrom(
  ...[
    'a',
    ' ',
    '\n',
    '🙂',
    family,
    '👍🏽',
    '🇰',
    '🇷',
    '한',
    '\u1112',
    '\u1161',
    '\u11AB',
    'e\u0301',
    '\u0301',
    '\u200D',
  ],
  ...['\uFE0F', '\x1b', '\uD83D', '\uDE42', 'ท\u0E33', '\u202E', '\r'],
);
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: fc.record({ type: fc.constant('insert' as const), text: fc.string({ unit: piece }) }), weight: 3 },
  fc.record({
    type: fc.constantFrom(
      ...(['left', 'right', 'home', 'end', 'wordLeft', 'wordRight', 'backspace', 'delete'] as const),
      ...(['killWord', 'killToStart', 'killToEnd'] as const),
    ),
  }),
);
const anyLine = fc.array(anyEdit, { maxLength: 12 }).map((edits) => edits.reduce(edit, emptyLine));

describe('whatever is typed', () => {
  test('the cursor stands between two graphemes', () => {
    fc.assert(
      fc.property(anyLine, ({ text, cursor }) => {
        const starts = [...new Intl.Segmenter().segment(text)].map(({ index }) => index);
        expect([...starts, text.length]).toContain(cursor);
      }),
      { numRuns: 500 },
    );
  });

  test('the view keeps to its cells, and the cursor to the view', () => {
    fc.assert(
      fc.property(anyLine, fc.integer({ min: 1, max: 30 }), (given, cells) => {
        const { text, cursorCell } = visiblePart(given, cells);
        expect(cellWidth(text)).toBeLessThanOrEqual(cells);
        expect(cursorCell).toBeLessThan(cells);
        expect(cursorCell).toBeLessThanOrEqual(cellWidth(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe('view', () => {
  test.each([
    ['|', 10, '|'],
    ['hello|', 10, 'hello|'],
    ['hello|', 6, 'hello|'],
    ['hello|', 5, 'ello|'],
    ['he|llo', 5, 'he|llo'],
    ['|abcdefghij', 4, '|abcd'],
    ['abcde|fghij', 4, 'de|fg'],
    ['abcdefghi|j', 4, 'ghi|j'],
    ['abcdefghij|', 4, 'hij|'],
    ['안녕하세요|', 6, '세요|'],
    ['안녕|하세요', 5, '녕|하'],
    ['a|', 1, '|'],
    ['|한', 1, '|'],
    ['a|한', 2, '|한'],
    ['ab|\u200Bc', 3, '|'],
    ['one\ntwo|', 10, 'one⏎two|'],
    ['\x1b|[31m', 12, '\\x1B|[31m'],
    [`${family}|x`, 12, '👨👩👧|x'],
  ])('%j in %i cells: %j', (before, cells, shown) => {
    const { text, cursorCell } = visiblePart(line(before), cells);
    const [left = '', right = ''] = shown.split('|');
    expect({ text, cursorCell }).toEqual({ text: left + right, cursorCell: cellWidth(left) });
  });

  test('of no cells is empty', () => {
    expect(visiblePart(line('ab|'), 0)).toEqual({ text: '', cursorCell: 0 });
  });

  test('holds so much and no more: what is too long is not cut but left out', () => {
    const almost = edit(emptyLine, { type: 'insert', text: 'x'.repeat(maxLineLength - 2) });
    expect(edit(almost, { type: 'insert', text: 'yyy' })).toBe(almost);
    const full = edit(almost, { type: 'insert', text: 'yy' });
    expect(full.text.length).toBe(maxLineLength);
    expect(edit(full, { type: 'insert', text: 'z' })).toBe(full);
  });

  test('of a long paste costs no more than the window', () => {
    const pasted = edit(emptyLine, { type: 'insert', text: '한글 🙂 text\n'.repeat(200_000) });
    const started = processorMs();
    expect(visiblePart(pasted, 8)).toEqual({ text: ' text⏎', cursorCell: 6 });
    expect(processorMs() - started).toBeLessThan(1000);
  });
});
