import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Echo } from '../../../src/wire/echo/echo.ts';

const text = (bytes: Uint8Array | null): string =>
  bytes === null ? 'too much' : Buffer.from(bytes).toString('latin1');
const feed = (echo: Echo, chunks: readonly string[]): string[] =>
  chunks.map((chunk) => text(echo.take(Buffer.from(chunk, 'latin1'))));

const chunks = fc.array(
  fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\n', '\r', '\xff'), minLength: 1, maxLength: 8 }),
);

describe('Echo', () => {
  it('chunk: everything goes back as it comes', () => {
    const echo = new Echo('chunk', 10);
    expect(feed(echo, ['a', 'b\n\0'])).toEqual(['a', 'b\n\0']);
    expect(text(echo.release())).toBe('');
  });

  it('line: whole lines go back, the rest waits for its end or the peer’s', () => {
    const echo = new Echo('line', 10);
    expect(feed(echo, ['ab', 'c\nd', 'e', '\n\nf'])).toEqual(['', 'abc\n', '', 'de\n\n']);
    expect(text(echo.release())).toBe('f');
  });

  it('eof: everything goes back at once, at the end', () => {
    const echo = new Echo('eof', 10);
    expect(feed(echo, ['a\n', '\0b'])).toEqual(['', '']);
    expect(text(echo.release())).toBe('a\n\0b');
  });

  it('none: nothing goes back', () => {
    const echo = new Echo('none', 1);
    expect(feed(echo, ['abc', 'def'])).toEqual(['', '']);
    expect(text(echo.release())).toBe('');
  });

  it('holds so many bytes and not one more', () => {
    const eof = new Echo('eof', 4);
    feed(eof, ['ab', 'cd']);
    expect(feed(eof, ['e'])).toEqual(['too much']);
    const line = new Echo('line', 4);
    expect(feed(line, ['abcd', '\n', '1234'])).toEqual(['', 'abcd\n', '']);
    expect(feed(line, ['5'])).toEqual(['too much']);
  });

  it('gives up what it held when another discipline no longer holds it', () => {
    const held = (to: 'chunk' | 'line' | 'eof' | 'none'): string[] => {
      const echo = new Echo('eof', 10);
      feed(echo, ['ab\nc']);
      return [text(echo.change(to)), text(echo.release())];
    };
    expect(held('chunk')).toEqual(['ab\nc', '']);
    expect(held('line')).toEqual(['ab\n', 'c']);
    expect(held('eof')).toEqual(['', 'ab\nc']);
    expect(held('none')).toEqual(['', '']);
  });

  it('loses, adds and moves no byte, whatever comes in whatever pieces', () => {
    fc.assert(
      fc.property(fc.constantFrom('chunk', 'line', 'eof'), chunks, (discipline, pieces) => {
        const echo = new Echo(discipline, 1000);
        expect([...feed(echo, pieces), text(echo.release())].join('')).toBe(pieces.join(''));
      }),
    );
  });

  it('under line sends nothing but whole lines before the end', () => {
    fc.assert(
      fc.property(chunks, (pieces) => {
        for (const sent of feed(new Echo('line', 1000), pieces)) expect(sent).toMatch(/^$|\n$/);
      }),
    );
  });
});
