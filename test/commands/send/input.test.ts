import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, lines, wordBytes } from '../../../src/commands/send/exchange.ts';

const read = async (chunks: readonly Uint8Array[], longest = 100): Promise<string[]> => {
  const found: string[] = [];
  for await (const line of lines(chunks, longest)) found.push(Buffer.from(line).toString('latin1'));
  return found;
};
const bytes = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'latin1'));

describe('lines', () => {
  it.each([
    [[], []],
    [['one\ntwo\n'], ['one\n', 'two\n']],
    [['one\ntwo'], ['one\n', 'two']],
    [
      ['o', 'ne', '\n', 'two\nth', 'ree'],
      ['one\n', 'two\n', 'three'],
    ],
    [['\n\n'], ['\n', '\n']],
    [['\r\n\0\xFF\n'], ['\r\n', '\0\xFF\n']],
  ])('of %j are %j', async (chunks, wanted) => {
    expect(await read(bytes(...chunks))).toEqual(wanted);
  });

  it('are all that was read, wherever the chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom('a', '\n') })), async (chunks) => {
        const found = await read(bytes(...chunks), 1e6);
        expect(found.join('')).toBe(chunks.join(''));
        for (const line of found.slice(0, -1)) expect(line).toMatch(/^a*\n$/);
      }),
    );
  });

  it('end with one that is too long, without waiting for its end', async () => {
    expect(await read(bytes('ok\n', 'x'.repeat(60), 'x'.repeat(60), 'x', '\n'))).toEqual(['ok\n', 'x'.repeat(120)]);
  });
});

describe('cut', () => {
  it('keeps every byte, in pieces of 64 KiB', () => {
    const message = Buffer.alloc(150_000, 'message');
    const pieces = [...cut(message)];
    expect(pieces.map((piece) => piece.length)).toEqual([65_536, 65_536, 18_928]);
    expect(Buffer.concat(pieces).equals(message)).toBe(true);
    expect([...cut(Buffer.of())]).toEqual([]);
  });
});

describe('the bytes of a word', () => {
  const raw = (...words: string[]) => bytes('node', 'cli.js', 'send', ...words, '');

  it.each(['', 'hello', '안녕 🙂', '\uFFFD'])('are its UTF-8: %j', (word) => {
    expect(wordBytes([word], () => []).map(String)).toEqual([word]);
  });

  it('are those it was given, also where two words decode alike', () => {
    const words = ['\uFFFD', 'a', '\uFFFD', 'b\uFFFD', '\uFFFD'];
    const given = ['\xFF', 'a', '\xFE', '--to', ':9000', 'b\x80', '\xFF'];
    const wanted = bytes('\xFF', 'a', '\xFE', 'b\x80', '\xFF');
    expect(wordBytes(words, () => raw(...given))).toEqual(wanted);
  });
});
