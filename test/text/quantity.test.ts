import { describe, expect, test } from 'vitest';
import { parseSize, parseTime, QuantityError } from '../../src/text/quantity.ts';

describe('parseSize', () => {
  test.each([
    ['0', 0],
    ['512', 512],
    ['512B', 512],
    ['64KiB', 65_536],
    ['64kib', 65_536],
    ['1MiB', 1_048_576],
    ['1.5 MiB', 1_572_864],
    ['2GiB', 2_147_483_648],
    ['10kB', 10_000],
    ['10MB', 10_000_000],
    ['1GB', 1_000_000_000],
  ])('%s is %i bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each(['', '-1', 'MiB', '1 2', '1e3', '1M', '64Kb/s', '1,5MB', '99999999GiB', '0x10', '\x1b'])(
    '%j is none',
    (text) => {
      expect(() => parseSize(text)).toThrow(QuantityError);
      expect(() => parseSize(text)).toThrow('is not a size; write it as 512, 64KiB, 1MiB or 10MB');
    },
  );
});

describe('parseTime', () => {
  test.each([
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['0.5s', 500],
    ['5m', 300_000],
    ['5M', 300_000],
    ['1h', 3_600_000],
    ['596h', 2_145_600_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  test.each(['', '30', 's', '-1s', '5 min', '1d', '1h30m'])('%j is none', (text) => {
    expect(() => parseTime(text)).toThrow(QuantityError);
    expect(() => parseTime(text)).toThrow(`"${text}" is not a time; write it with its unit, as 500ms, 30s or 5m`);
  });

  test('is no longer than a timer can wait', () => {
    expect(() => parseTime('597h')).toThrow('"597h" is too long a time');
  });
});

test('a message never draws what was typed raw', () => {
  expect(() => parseTime('\x1b[2J')).toThrow('"\\x1B[2J" is not a time');
});
