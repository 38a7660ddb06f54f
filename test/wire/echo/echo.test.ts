import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Discipline } from '../../../src/memory/ledger/row.ts';
import { Echo } from '../../../src/wire/echo/echo.ts';
import type { Stage } from '../../../src/wire/echo/stage.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** A discipline, and what it passes on: bytes as text, and the end of the stream. */
const openEcho = (discipline: Discipline, maxKept: number) => {
  const passed: string[] = [];
  const owners: string[] = [];
  let overflows = 0;
  const last: Stage = {
    held: 0,
    memory: 0,
    isFull: false,
    take: (bytes, ownership) => {
      passed.push(text(bytes));
      owners.push(ownership);
    },
    end: (end) => void passed.push(`<${end}>`),
    close: () => undefined,
  };
  const echo = new Echo(last, discipline, maxKept, () => {
    overflows += 1;
  });
  /** What each chunk brings back; `too much` where it does not fit. */
  const feed = (...chunks: readonly string[]): string[] =>
    chunks.map((chunk) => {
      const [before, failed] = [passed.length, overflows];
      echo.take(Buffer.from(chunk, 'latin1'), 'borrowed');
      return overflows > failed ? 'too much' : passed.slice(before).join('');
    });
  const finish = (): string => {
    const before = passed.length;
    echo.end('half-close');
    return passed.slice(before).join('');
  };
  return { echo, passed, owners, feed, finish };
};

const chunks = fc.array(
  fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\n', '\r', '\xff'), minLength: 1, maxLength: 8 }),
);

describe('Echo', () => {
  it('chunk: everything goes back as it comes', () => {
    const { feed, finish } = openEcho('chunk', 10);
    expect(feed('a', 'b\n\0')).toEqual(['a', 'b\n\0']);
    expect(finish()).toBe('<half-close>');
  });

  it('line: whole lines go back, the rest waits for its end or the peer’s', () => {
    const { feed, finish, echo } = openEcho('line', 10);
    expect(feed('ab', 'c\nd', 'e', '\n\nf')).toEqual(['', 'abc\n', '', 'de\n\n']);
    expect(echo.held).toBe(1);
    expect(finish()).toBe('f<half-close>');
  });

  it('eof: everything goes back at once, at the end', () => {
    const { feed, finish, echo, passed } = openEcho('eof', 10);
    expect(feed('a\n', '\0b')).toEqual(['', '']);
    expect(echo.held).toBe(4);
    expect(finish()).toBe('a\n\0b<half-close>');
    expect([passed.length, echo.held]).toEqual([2, 0]);
  });

  it('none: nothing goes back', () => {
    const { feed, finish } = openEcho('none', 1);
    expect(feed('abc', 'def')).toEqual(['', '']);
    expect(finish()).toBe('<half-close>');
  });

  it('holds so many bytes and not one more', () => {
    const eof = openEcho('eof', 4);
    eof.feed('ab', 'cd');
    expect(eof.feed('e')).toEqual(['too much']);
    const line = openEcho('line', 4);
    expect(line.feed('abcd', '\n', '1234')).toEqual(['', 'abcd\n', '']);
    expect(line.feed('5')).toEqual(['too much']);
    expect(openEcho('line', 4).feed('a\n12345')).toEqual(['too much']);
  });

  it('gives up what it held when another discipline no longer holds it', () => {
    const held = (to: Discipline): string[] => {
      const { echo, feed, finish, passed } = openEcho('eof', 10);
      feed('ab\nc');
      echo.change(to);
      return [passed.join(''), finish()];
    };
    expect(held('chunk')).toEqual(['ab\nc', '<half-close>']);
    expect(held('line')).toEqual(['ab\n', 'c<half-close>']);
    expect(held('eof')).toEqual(['', 'ab\nc<half-close>']);
    expect(held('none')).toEqual(['', '<half-close>']);
  });

  it('says whose the bytes are: those of a read are borrowed, those it kept are owned', () => {
    const { feed, finish, owners } = openEcho('line', 10);
    feed('whole\n', 'half', 'line\nrest');
    finish();
    expect(owners).toEqual(['borrowed', 'owned', 'owned']);
  });

  it('keeps a copy: the next read may overwrite the memory of the one before', () => {
    const { echo, passed } = openEcho('eof', 10);
    const memory = Buffer.from('first');
    echo.take(memory, 'borrowed');
    memory.fill('x');
    echo.end('close');
    expect(passed).toEqual(['first', '<close>']);
  });

  it('loses, adds and moves no byte, whatever comes in whatever pieces', () => {
    fc.assert(
      fc.property(fc.constantFrom('chunk', 'line', 'eof'), chunks, (discipline, pieces) => {
        const { feed, finish } = openEcho(discipline, 1000);
        expect([...feed(...pieces), finish()].join('')).toBe(`${pieces.join('')}<half-close>`);
      }),
    );
  });

  it('under line sends nothing but whole lines before the end', () => {
    fc.assert(
      fc.property(chunks, (pieces) => {
        for (const sent of openEcho('line', 1000).feed(...pieces)) expect(sent).toMatch(/^$|\n$/);
      }),
    );
  });
});
