import { describe, expect, it } from 'vitest';
import { pressesOf } from '../../../src/screen/keys/keys.ts';
import { InputParser } from '../../../src/text/terminal/input-parser.ts';

const key = (name: string) => ({ type: 'key', name });
const text = (characters: string) => ({ type: 'text', text: characters });

describe('reading keys', () => {
  it.each([
    ['a letter', 'a', [text('a')]],
    ['Hangul as the input method commits it', '안녕', [text('안녕')]],
    ['an emoji of several code points', '👩‍👩‍👧', [text('👩‍👩‍👧')]],
    ['a line in one chunk', 'abc\r', [text('abc'), key('enter')]],
    ['two lines in one chunk', 'a\rb\r', [text('a'), key('enter'), text('b'), key('enter')]],
    ['a line ended by LF', 'abc\n', [text('abc'), key('enter')]],
    ['text around backspaces', 'ab\x7f\bc', [text('ab'), key('backspace'), key('backspace'), text('c')]],
    ['control characters between letters', 'a\x01b\x15', [text('a'), key('ctrl-a'), text('b'), key('ctrl-u')]],
    ['Ctrl-C behind text', 'abc\x03', [text('abc'), key('ctrl-c')]],
    ['a control character without a use', '\x0f', []],
    ['Ctrl-Up', '\x1b[1;5A', [key('ctrlUp')]],
    ['Tab', '\t', [key('tab')]],
    ['Shift-Tab', '\x1b[Z', [key('shiftTab')]],
    ['Enter', '\r', [key('enter')]],
    ['Ctrl-L', '\f', [key('ctrl-l')]],
    ['Alt-Enter as Enter', '\x1b\r', [key('enter')]],
    ['Ctrl and a letter without a use', '\x18', []],
    ['Alt-B', '\x1bb', [key('alt-b')]],
    ['Alt and a letter without a use', '\x1bx', []],
    ['Ctrl, Alt and a letter', '\x1b[98;7u', []],
    ['Alt-Left', '\x1b[1;3D', [key('wordLeft')]],
    ['Ctrl-Right', '\x1b[1;5C', [key('wordRight')]],
    ['Alt-Backspace', '\x1b\x7f', [key('wordBackspace')]],
    ['a key without a use, such as F1', '\x1bOP', []],
    ['a text that looks like the rest of a report', '[<0;12;7M', [text('[<0;12;7M')]],
  ] as const)('takes %s', (_, typed, presses) => {
    expect(pressesOf(new InputParser().push(Buffer.from(typed)))).toEqual(presses);
  });
});
