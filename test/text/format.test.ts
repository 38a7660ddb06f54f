import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clockDate,
  clockTime,
  duration,
  exact,
  rate,
  roundTrip,
  size,
  startOfDay,
  timeInUnits,
} from '../../src/text/format.ts';

describe('size', () => {
  test.each([
    [0, '0 B'],
    [12, '12 B'],
    [999, '999 B'],
    [999.6, '1 kB'],
    [1000, '1 kB'],
    [1234, '1.2 kB'],
    [12_345, '12.3 kB'],
    [123_456, '123 kB'],
    [999_949, '1 MB'],
    [1_234_567, '1.2 MB'],
    [9_960_000, '10 MB'],
    [999_999_999_999_999, '1 PB'],
    [Number.MAX_SAFE_INTEGER, '9 PB'],
  ])('%d is %s', (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });

  test('takes at most 7 cells and is off by 5 % at most', () => {
    const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        const text = size(bytes);
        const [digits = '', unit = ''] = text.split(' ');
        expect(text.length).toBeLessThanOrEqual(7);
        expect(units).toContain(unit);
        expect(Math.abs(Number(digits) * 1000 ** units.indexOf(unit) - bytes)).toBeLessThanOrEqual(bytes * 0.05);
      }),
    );
  });
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_234_567, '1,234,567'],
  [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
])('exact: %d is %s', (n, text) => {
  expect(exact(n)).toBe(text);
});

test.each([
  [0, '0 B/s'],
  [0.4, '0 B/s'],
  [1_210_000, '1.2 MB/s'],
])('rate: %d is %s', (bytesPerSecond, text) => {
  expect(rate(bytesPerSecond)).toBe(text);
});

test('clockTime is local', () => {
  expect(clockTime(new Date(2026, 0, 2, 10, 42, 7).getTime())).toBe('10:42:07');
  expect(clockTime(new Date(2026, 6, 2, 0, 0, 0, 999).getTime())).toBe('00:00:00');
});

test('clockDate is local, and of one width', () => {
  expect(clockDate(new Date(2026, 10, 26, 23, 59, 59, 999).getTime())).toBe('Nov 26');
  expect(clockDate(new Date(2026, 0, 2).getTime())).toBe('Jan  2');
});

test('startOfDay is midnight, of the same day', () => {
  const midnight = new Date(2026, 10, 26).getTime();
  expect(startOfDay(midnight)).toBe(midnight);
  expect(startOfDay(new Date(2026, 10, 26, 23, 59, 59, 999).getTime())).toBe(midnight);
  expect(startOfDay(midnight - 1)).toBe(new Date(2026, 10, 25).getTime());
});

test.each([
  [0, '0 µs'],
  [0.084, '84 µs'],
  [0.0994, '99 µs'],
  [0.0996, '0.10 ms'],
  [0.21, '0.21 ms'],
  [9.994, '9.99 ms'],
  [9.996, '10.0 ms'],
  [12.34, '12.3 ms'],
  [99.96, '100 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [1234, '1.23 s'],
  [123_400, '123 s'],
])('roundTrip: %d ms is %s', (ms, text) => {
  expect(roundTrip(ms)).toBe(text);
});

test.each([
  [0.5, '0.50 ms'],
  [99_900, '99.9 s'],
  [99_960, '01:39'],
  [3_599_999, '59:59'],
  [3_600_000, '1:00:00'],
  [3_723_000, '1:02:03'],
  [86_399_000, '23:59:59'],
  [86_400_000, '1d 00:00'],
  [273_900_000, '3d 04:05'],
])('duration: %d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([
  [1, '1ms'],
  [999, '999ms'],
  [1000, '1s'],
  [1599, '1.5s'],
  [90_000, '1m 30s'],
  [3_600_000, '1h'],
  [2 ** 31 - 1, '24d 20h 31m 23.6s'],
])('a time of %d ms in units is %s', (ms, text) => {
  expect(timeInUnits(ms)).toBe(text);
});
