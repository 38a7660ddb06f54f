import { describe, expect, it } from 'vitest';
import { readKeys } from '../../../src/screen/keys/keys.ts';

const key = (name: string) => ({ type: 'key', name });
const text = (characters: string) => ({ type: 'text', text: characters });

describe('reading keys', () => {
  it.each([
    ['a letter', 'a', {}, [text('a')]],
    ['Hangul as the input method commits it', '안녕', {}, [text('안녕')]],
    ['an emoji of several code points', '👩‍👩‍👧', {}, [text('👩‍👩‍👧')]],
    ['a line in one chunk', 'abc\r', {}, [text('abc'), key('enter')]],
    ['two lines in one chunk', 'a\rb\r', {}, [text('a'), key('enter'), text('b'), key('enter')]],
    ['a line ended by LF', 'abc\n', {}, [text('abc'), key('enter')]],
    ['text around backspaces', 'ab\x7f\bc', {}, [text('ab'), key('backspace'), key('backspace'), text('c')]],
    ['control characters between letters', 'a\x01b\x15', {}, [text('a'), key('ctrl-a'), text('b'), key('ctrl-u')]],
    ['Ctrl-C behind text', 'abc\x03', {}, [text('abc'), key('ctrl-c')]],
    ['a control character without a use', '\x0f', {}, []],
    ['Ctrl-Up', '', { upArrow: true, ctrl: true }, [key('ctrlUp')]],
    ['Tab', '', { tab: true }, [key('tab')]],
    ['Shift-Tab', '', { tab: true, shift: true }, [key('shiftTab')]],
    ['Enter', '\r', { return: true }, [key('enter')]],
    ['Escape', '', { escape: true }, [key('escape')]],
    ['Escape twice', '', { escape: true, meta: true }, [key('escape')]],
    ['Ctrl-W', 'w', { ctrl: true }, [key('ctrl-w')]],
    ['Ctrl and a letter without a use', 'x', { ctrl: true }, []],
    ['Alt-B', 'b', { meta: true }, [key('alt-b')]],
    ['Alt and a letter without a use', 'x', { meta: true }, []],
    ['Alt-Left', '', { leftArrow: true, meta: true }, [key('wordLeft')]],
    ['Ctrl-Right', '', { rightArrow: true, ctrl: true }, [key('wordRight')]],
    ['Alt-Backspace', '', { backspace: true, meta: true }, [key('wordBackspace')]],
    ['a key without a name here, such as F1', '', {}, []],
    ['a focus report, which Ink strips of its ESC', '[I', {}, []],
    ['a mouse report, which Ink strips of its ESC', '[<0;12;7M', {}, []],
    ['a text that only looks like one', '[hello]', {}, [text('[hello]')]],
  ] as const)('takes %s', (_, input, state, presses) => {
    expect(readKeys(input, state)).toEqual(presses);
  });
});
