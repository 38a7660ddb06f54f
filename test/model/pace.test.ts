import { describe, expect, test } from 'vitest';
import { Pace } from '../../src/model/feed.ts';

/** What is waited for the next picture where the one before has cost so many ms. */
const after = (...costs: readonly number[]): number => {
  let busy = 1000;
  const pace = new Pace(() => busy);
  return costs.reduce((_, cost) => {
    busy += cost;
    return pace.next();
  }, 0);
};

describe('the pace of pictures', () => {
  test('is ten a second where they cost little', () => {
    expect(after(0)).toBe(100);
    expect(after(5)).toBe(100);
  });

  test('gives them a twentieth of a processor where they cost more', () => {
    expect(after(10)).toBe(200);
  });

  test('never falls below four a second', () => {
    expect(after(1000)).toBe(250);
  });

  test('recovers with the next picture that is cheap', () => {
    expect(after(1000, 1)).toBe(100);
  });
});
