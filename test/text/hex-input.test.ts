import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EscapeError } from '../../src/text/escapes.ts';
import { parseHex } from '../../src/text/hex-input.ts';
import { hasProgram } from '../support/program.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const problem = (text: string): unknown => {
  try {
    return parseHex(text);
  } catch (error) {
    return error instanceof EscapeError ? [error.position, error.message] : error;
  }
};

describe('hex', () => {
  test.each([
    ['', ''],
    [' 48 65\n6c6C\t6f ', 'Hello'],
    ['0x48 0x65', 'He'],
    ['0x48,0x65, 0X6C', 'Hel'],
    ['{ 0x48, 0x0, 0xA }', 'H\0\n'],
    ['0x48656c6c 0x6f', 'Hello'],
    ['48:65:6c', 'Hel'],
    ['48-65-6c', 'Hel'],
    ['[48, 65];', 'He'],
    ['\\x48\\x69', 'Hi'],
    ['"\\x48\\x69" \'\\X0a\'', 'Hi\n'],
    ['48656c6c 6f 0a', 'Hello\n'],
    ['deadbeef\ncafebabe\n', '\xde\xad\xbe\xef\xca\xfe\xba\xbe'],
    ['00 48 65', '\0He'],
    ['000000 48', '\0\0\0H'],
  ])('%j is %j', (text, bytes) => {
    expect(latin1(parseHex(text))).toBe(bytes);
  });

  test.each([
    ['4', 1, 'a byte takes two hex digits'],
    ['48 6 5c', 4, 'a byte takes two hex digits'],
    ['486', 3, 'a byte takes two hex digits'],
    ['48 zz', 4, 'not a hex digit; /hex goes back to text'],
    ['00001 48  zz', 5, 'a byte takes two hex digits'],
    ['0x', 2, 'a byte takes two hex digits'],
    ['0x123', 5, 'a byte takes two hex digits'],
    ['0xg1', 3, 'not a hex digit; /hex goes back to text'],
    ['\\x48\\x6', 5, '\\x takes two hex digits, as \\x1B'],
    ['\\x48i', 5, '\\x takes two hex digits, as \\x1B'],
    ['48 é', 4, 'not a hex digit; /hex goes back to text'],
    [
      '00000000  48 65  |He|\n00000010  48  |H|',
      23,
      'this row of the dump does not follow the one before, by their offsets; is one missing?',
    ],
    ['0000000 6548 6c6c 000a\n0000005', 1, 'a dump of words has no order of bytes; use hexdump -C, xxd or od -t x1'],
    [
      '00000000  48  |H|\n*\nfffffff0  48  |H|',
      21,
      'this row of the dump does not follow the one before, by their offsets; is one missing?',
    ],
    ['00000000: 4865  He\n$ ls', 20, 'this is no row of the dump'],
    ['0000000 7c\n*\n0000160\n', 1, 'the offsets may be octal or decimal; dump it without *, by od -v'],
  ])('%j is malformed at %i', (text, position, words) => {
    expect(problem(text)).toEqual([position, `at ${position}: ${words}`]);
  });

  test('any bytes come back from their digits', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(parseHex(Buffer.from(bytes).toString('hex'))).toEqual(bytes);
      }),
    );
  });
});

const ascii = (bytes: Uint8Array): string => latin1(bytes).replace(/[^ -~]/g, '.');
const pairs = (bytes: Uint8Array): string[] => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
const grouped = (bytes: Uint8Array, size: number): string[] =>
  Buffer.from(bytes)
    .toString('hex')
    .match(new RegExp(`.{1,${2 * size}}`, 'g')) ?? [];

/** How programs write a row of bytes at an offset. */
const forms: Readonly<Record<string, (at: number, bytes: Uint8Array) => string>> = {
  'hexdump -C': (at, bytes) => {
    const digits = [pairs(bytes.subarray(0, 8)).join(' '), pairs(bytes.subarray(8)).join(' ')].join('  ');
    return `${at.toString(16).padStart(8, '0')}  ${digits.padEnd(49)} |${ascii(bytes)}|`;
  },
  xxd: (at, bytes) => `${at.toString(16).padStart(8, '0')}: ${grouped(bytes, 2).join(' ').padEnd(39)}  ${ascii(bytes)}`,
  'xxd -g1': (at, bytes) =>
    `${at.toString(16).padStart(8, '0')}: ${pairs(bytes).join(' ').padEnd(47)}  ${ascii(bytes)}`,
  'tcpdump -X': (at, bytes) =>
    `\t0x${at.toString(16).padStart(4, '0')}:  ${grouped(bytes, 2).join(' ').padEnd(39)}  ${ascii(bytes)}`,
  Wireshark: (at, bytes) =>
    `${at.toString(16).padStart(4, '0')}   ${pairs(bytes).join(' ').padEnd(47)}   ${ascii(bytes)}`,
  'od -t x1': (at, bytes) => `${at.toString(8).padStart(7, '0')} ${pairs(bytes).join(' ')}`,
};

/** What looks like a part of a dump, among any bytes. */
const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 80 }),
  fc
    .string({ unit: fc.constantFrom(...'0123abcf |:>*.x\n\\'), minLength: 1, maxLength: 80 })
    .map((text) => new Uint8Array(Buffer.from(text))),
);

describe('a dump', () => {
  test.each(Object.keys(forms))('of %s gives its bytes, whatever stands in its text', (form) => {
    fc.assert(
      fc.property(bytes, fc.constantFrom('\n', '\r', '\r\n'), fc.nat(3), (given, eol, from) => {
        const rows = Array.from({ length: Math.ceil(given.length / 16) }, (_, row) =>
          forms[form]?.(16 * (from + row), given.subarray(16 * row, 16 * row + 16)),
        );
        // A piece of one row, from the middle, may be bytes as well.
        if (rows.length === 1 && from > 0) return;
        expect(latin1(parseHex(`/hex ${rows.join(eol)}`, 5))).toBe(latin1(given));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['hexdump', ['-C']],
    ['hexdump', ['-vC']],
    ['xxd', []],
    ['xxd', ['-p']],
    ['xxd', ['-a', '-u', '-c', '10']],
    ['xxd', ['-g', '0']],
    ['od', ['-An', '-tx1', '-v']],
    ['od', ['-t', 'x1']],
    ['od', ['-A', 'd', '-t', 'x1z']],
    ['od', ['-A', 'x', '-t', 'x1z']],
  ])('that %s %j wrote gives what it read', (program, args) => {
    if (!hasProgram(program)) return console.log(`skipped: ${program} is not installed`);
    const inputs = [
      Buffer.from('Hello\n'),
      Buffer.alloc(100, '|'),
      Buffer.from(Array.from({ length: 256 }, (_, n) => n)),
      Buffer.alloc(5000),
      Buffer.from(`${'ab cd  ef'.repeat(9)}`),
    ];
    for (const input of inputs) {
      const { stdout } = spawnSync(program, args, { input, encoding: 'latin1' });
      expect(latin1(parseHex(stdout)), stdout).toBe(latin1(input));
    }
  });
});
