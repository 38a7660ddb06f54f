import { describe, expect, it } from 'vitest';
import { corpus } from './corpus.ts';
import { breachesOf, leftOn } from './stream.ts';

/** Made of characters that are right in themselves: what they do is seen on the screen. */
const plain =
  /wide|Latin-1|conjuncts|looks like ours|a line without|spaces|jamo|synchronized|without a letter|enclosing|half flags/;

describe('the reader of the stream', () => {
  it.each(corpus.filter(({ name }) => !plain.test(name)))('sees $name', ({ bytes }) => {
    expect(breachesOf(bytes.toString('utf8'))).not.toEqual([]);
  });

  it('accepts the sequences of the program itself', () => {
    const frame =
      '\x1b[?1049h\x1b[?25l\x1b[?2026h\x1b[1m\x1b[38;5;63mechoscope\x1b[39m\x1b[22m\r\n\x1b[K안녕 e\u0301 ╭─╮\x1b[39A\x1b[12G';
    expect(breachesOf(frame)).toEqual([]);
    expect(leftOn(frame)).toEqual(['25', '1049', '2026']);
    expect(leftOn(`${frame}\x1b[?2026l\x1b[?1049l\x1b[?25h`)).toEqual([]);
  });

  it('counts copies to the clipboard, and finds what is not ASCII where only ASCII is right', () => {
    const copy = '\x1b]52;c;eA==\x07';
    expect(breachesOf(copy, { copies: 1 })).toEqual([]);
    expect(breachesOf(copy + copy, { copies: 1 })).toHaveLength(1);
    expect(breachesOf('Û', { ascii: true })).toHaveLength(1);
  });
});
