import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WallClock } from '../../src/memory/clock.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

it('keeps the order and distance of two moments within one ms', () => {
  let now = 500;
  const clock = new WallClock(() => now);
  vi.setSystemTime(1_700_000_000_000);
  const first = clock.of(499.5);
  // The wall clock tells whole ms: it has not moved.
  now = 500.9;
  expect(clock.of(499.6) - first).toBeCloseTo(0.1);
});

it('follows a wall clock that is set', () => {
  const clock = new WallClock(() => 500);
  vi.setSystemTime(1_700_000_000_000);
  expect(clock.of(400)).toBe(1_699_999_999_900);
  vi.setSystemTime(1_699_999_000_000);
  expect(clock.of(400)).toBe(1_699_998_999_900);
});
