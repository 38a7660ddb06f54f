import { describe, expect, it } from 'vitest';
import { keySequence, keystrokes, pasteSequence } from './keys.ts';

describe('keys', () => {
  it('sends what xterm sends', () => {
    expect(keySequence('ctrl-c', false)).toBe('\x03');
    expect(keySequence('alt-b', false)).toBe('\x1bb');
    expect(keySequence('ctrl-left', false)).toBe('\x1b[1;5D');
    expect(keySequence('shift-tab', false)).toBe('\x1b[Z');
    expect(keySequence('up', false)).toBe('\x1b[A');
    expect(keySequence('up', true)).toBe('\x1bOA');
  });

  it('brackets a paste where the program asked for it', () => {
    expect(pasteSequence('a\nb', true)).toBe('\x1b[200~a\rb\x1b[201~');
    expect(pasteSequence('a\r\nb', false)).toBe('a\rb');
  });

  it('types a character as a person counts them', () => {
    expect(keystrokes('a👨‍👩‍👧한')).toEqual(['a', '👨‍👩‍👧', '한']);
  });
});
