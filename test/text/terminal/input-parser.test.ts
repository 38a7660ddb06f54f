import { describe, expect, it } from 'vitest';
import { maxLineLength } from '../../../src/text/line.ts';
import { type Input, InputParser } from '../../../src/text/terminal/input-parser.ts';

/** Silence for so long that what is open is given up. */
const silence: null = null;

const read = (...pieces: readonly (string | readonly number[] | typeof silence)[]): readonly Input[] => {
  const parser = new InputParser();
  return pieces.flatMap((piece) => (piece === silence ? parser.giveUp() : parser.push(Buffer.from(piece))));
};
const text = (characters: string): Input => ({ type: 'text', text: characters });
const paste = (characters: string): Input => ({ type: 'paste', text: characters });
const key = (name: string, held: Partial<Record<'ctrl' | 'alt' | 'shift', boolean>> = {}): Input => ({
  type: 'key',
  name,
  ctrl: false,
  alt: false,
  shift: false,
  ...held,
});
const ctrlC = key('c', { ctrl: true });

describe('an answer of the terminal vanishes, whatever stands in it', () => {
  it.each([
    ['DECRQSS', '\x1bP1$r0 q\x1b\\'],
    ['a colour', '\x1b]11;rgb:1414/1919/1f1f\x1b\\'],
    ['a colour that BEL ends', '\x1b]11;rgb:1414/1919/1f1f\x07'],
    ['the name of tmux (XTVERSION)', '\x1bP>|tmux 3.4\x1b\\'],
    ['the clipboard', '\x1b]52;c;cQ==\x07'],
    ['kitty graphics', '\x1b_Gi=31;OK\x1b\\'],
    ['PM and SOS', '\x1b^q\x1b\\\x1bXq\x1b\\'],
    ['X10 mouse', '\x1b[M #q'],
    ['X10 mouse beyond column 95', [0x1b, 0x5b, 0x4d, 0x20, 0xc3, 0xa1]],
    ['SGR and urxvt mouse', '\x1b[<0;12;7M\x1b[<0;12;7m\x1b[35;12;7M'],
    ['where the cursor is', '\x1b[12;40R'],
    ['what it is', '\x1b[?62;4c\x1b[>41;354;0c'],
    ['whether a mode is on', '\x1b[?2026;2$y'],
    ['kitty flags', '\x1b[?0u'],
    ['focus, in and out', '\x1b[I\x1b[O'],
    ['the size of the window', '\x1b[8;24;80t'],
    ['DCS, CSI and ST in eight bits', [0x90, 0x71, 0x9c, 0x9b, 0x3f, 0x31, 0x63]],
    ['a string with a character that has the byte of ST', '\x1b]0;✜q\x07'],
  ])('%s', (_, bytes) => {
    expect(read(bytes, 'x')).toEqual([text('x')]);
    const all = Buffer.from(bytes);
    for (let at = 1; at < all.length; at++)
      expect(read([...all.subarray(0, at)], [...all.subarray(at)], 'x'), `cut at ${at}`).toEqual([text('x')]);
  });
});

describe('what never ends', () => {
  const starts = ['\x1b[', '\x1b[1;5', '\x1b[?20', '\x1bO', '\x1b[M', '\x1b]11;rgb:', '\x1bP1$r', '\x1b_q', '\x1b'];
  it.each(starts)('%j lets Ctrl-C through at once', (start) => expect(read(start, '\x03')).toContainEqual(ctrlC));
  it.each(starts.slice(0, -1))('%j is dropped after a while', (start) => {
    expect(read(start, silence, 'x')).toEqual([text('x')]);
  });

  it('makes no text of an answer whose end comes late', () => {
    expect(read('\x1b]11;rgb:', silence, '1414/q\x1b\\x')).toEqual([text('x')]);
  });

  it('is no longer waited for as long when it is longer than any answer', () => {
    const parser = new InputParser();
    parser.push(Buffer.from('\x1b]52;c;'));
    for (let n = 0; n < 17; n++) parser.push(Buffer.alloc(65_536, 'q'));
    expect(parser.waits).toBe('overdue');
    expect([...parser.giveUp(), ...parser.push(Buffer.from('x'))]).toEqual([text('x')]);
  });
});

describe('Escape', () => {
  it('is a key where nothing follows', () => expect(read('\x1b', silence)).toEqual([key('escape')]));
  it('twice is two', () => expect(read('\x1b\x1b', silence)).toEqual([key('escape'), key('escape')]));
  it('before a report stays a key', () => expect(read('\x1b\x1b[12;40R')).toEqual([key('escape')]));
  it('before a cursor key is Alt', () => expect(read('\x1b', '\x1b[D')).toEqual([key('left', { alt: true })]));
});

describe('a paste', () => {
  it('is one, in whatever pieces it comes, and commands in it are text', () => {
    expect(read('\x1b[20', '0~hello\r/clear\rwo', 'rld\x1b', '[20', '1', '~x')).toEqual([
      paste('hello\r/clear\rworld'),
      text('x'),
    ]);
  });

  it('without an end counts as ended after a while, and Ctrl-C at its end as a key', () => {
    expect(read('\x1b[200~abc', silence, 'x')).toEqual([paste('abc'), paste('x')]);
    expect(read('\x1b[200~abc\x03', silence, 'x')).toEqual([paste('abc'), ctrlC, paste('x')]);
    expect(read('\x1b[200~abc', '\x1b[99;5u', silence)).toEqual([paste('abc'), ctrlC]);
  });

  it('keeps its Ctrl-C where it has an end', () => {
    expect(read('\x1b[200~abc', '\x03', '\x1b[201~')).toEqual([paste('abc\x03')]);
  });

  it('goes on where its rest comes late, and does not act', () => {
    expect(read('\x1b[200~abc', silence, 'd\rq\x1b[201~x')).toEqual([paste('abc'), paste('d\rq'), text('x')]);
  });

  it('is kept to a bound, which is more than a line holds, and ends at Ctrl-C then', () => {
    const parser = new InputParser();
    parser.push(Buffer.from('\x1b[200~'));
    const megabyte = Buffer.alloc(1 << 20, '안');
    for (let n = 0; n < 64; n++) parser.push(megabyte);
    const [input, after] = parser.push(Buffer.from('\x03'));
    const length = input?.type === 'paste' ? input.text.length : 0;
    expect(length).toBeGreaterThan(maxLineLength);
    expect(length).toBeLessThan(1.1 * maxLineLength);
    expect(after).toEqual(ctrlC);
  });
});

describe('behind a paste that stalled', () => {
  it('nothing acts until its end comes', () => {
    const inputs = read('\x1b[200~one\r', silence, 'two\r/save victim\r', 'end\x1b[20', '1~\r');
    expect(inputs).toEqual([paste('one\r'), paste('two\r/save victim\r'), paste('end'), key('enter')]);
  });
  it('a key acts again after one with silence behind it', () => {
    const inputs = read('\x1b[200~one', silence, '\r', silence, '\r');
    expect(inputs).toEqual([paste('one'), paste('\r'), key('enter')]);
  });
  it('a long silence alone lets nothing act', () => {
    expect(read('\x1b[200~one', silence, 'two\r', silence, 'three\r')).not.toContainEqual(key('enter'));
  });
  it('Ctrl-C works at once', () => expect(read('\x1b[200~one', silence, 'x', '\x03')).toContainEqual(ctrlC));
});

describe('bytes that are not UTF-8', () => {
  it('are text, each as it is', () => expect(read([0xe4, 0x41])).toEqual([text('\udce4A')]));
  it('are pasted as they are', () => {
    expect(read('\x1b[200~', [0xe4, 0x41, 0xff], '\x1b[201~')).toEqual([paste('\udce4A\udcff')]);
  });
  it('wait for the rest of a character, but not for long', () => {
    expect(read([0xec], [0x95], [0x88])).toEqual([text('안')]);
    expect(read([0xe4], silence)).toEqual([text('\udce4')]);
  });
});

it('takes a paste of 4 MB in time that grows with its length alone', () => {
  const time = (length: number): number => {
    const parser = new InputParser();
    const piece = Buffer.alloc(4_095, 'line\r안\x1b');
    const from = process.cpuUsage();
    parser.push(Buffer.from('\x1b[200~'));
    for (let at = 0; at < length; at += piece.length) parser.push(piece);
    expect(parser.push(Buffer.from('\x1b[201~'))).toHaveLength(1);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  };
  time(1_000_000);
  // 20 ms here; what rescans an open paste takes seconds.
  expect(time(4_000_000)).toBeLessThan(300);
});
