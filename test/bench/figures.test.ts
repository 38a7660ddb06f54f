import { describe, expect, it } from 'vitest';
import { atLeast, atMost, isMet, lessThan, moreThan } from './reach.ts';
import { median, ratioOf } from './statistics.ts';

describe('median', () => {
  it('is the one in the middle, whatever their order', () => {
    expect(median([30, 1, 20])).toBe(20);
    expect(median([7])).toBe(7);
  });

  it('lies between the two in the middle of an even number', () => {
    expect(median([100, 1, 10, 20])).toBe(15);
  });

  it('compares by value and not as text', () => {
    expect(median([9, 10, 100])).toBe(10);
  });

  it('leaves the figures in their order', () => {
    const figures = [3, 1, 2];
    median(figures);
    expect(figures).toEqual([3, 1, 2]);
  });

  it('is not made up where there are none', () => {
    expect(() => median([])).toThrow('no figures');
  });
});

describe('ratio', () => {
  it('is taken round by round: a drift that meets both does not show', () => {
    // The medians alone, 40 by 20, would say 2.
    expect(ratioOf([10, 40, 90], [20, 80, 10])).toEqual({ median: 0.5, lowest: 0.5, highest: 9 });
  });

  it('leaves out a round that one of the two did not finish, or in which both did nothing', () => {
    expect(ratioOf([10, null, 30, 0], [5, 1, null, 0])).toEqual({ median: 2, lowest: 2, highest: 2 });
  });

  it('has no bound where theirs did nothing', () => {
    expect(ratioOf([10, 40, 30], [5, 0, 0])).toEqual({ median: Infinity, lowest: 2, highest: Infinity });
  });

  it('is none where no round is left', () => {
    expect(ratioOf([null, 2], [1, null])).toBeNull();
    expect(ratioOf([], [])).toBeNull();
  });
});

describe('reach', () => {
  it.each([
    [atLeast(0.8), 0.8, true],
    [atLeast(0.8), 0.7999, false],
    [moreThan(1), 1, false],
    [moreThan(1), 1.001, true],
    [atMost(1.6), 1.6, true],
    [atMost(1.6), 1.61, false],
    [lessThan(0.5), 0.5, false],
    [lessThan(0.5), 0.499, true],
  ])('%o of %d: %s', (reach, figure, expected) => {
    expect(isMet(reach, figure)).toBe(expected);
  });
});
