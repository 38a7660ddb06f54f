import { describe, expect, it } from 'vitest';
import type { PeerName } from './peers.ts';
import {
  atLeast,
  atMost,
  compare,
  isMet,
  lessThan,
  type Measure,
  median,
  moreThan,
  type Pair,
  type Pairing,
  ratioOfRound,
  type Sample,
  summarize,
  unrepeated,
} from './ratios.ts';

const sample = (rate: number | null, errors = 0): Sample | null =>
  rate === null ? null : { figures: { rate }, errors };
const pair = (ours: number | null, theirs: number | null, errors = 0): Pair => ({
  ours: sample(ours),
  theirs: sample(theirs, errors),
});

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

describe('the ratio of a round', () => {
  const ratio = (...pairs: Pair[]) => ratioOfRound('rate', { pairs });

  it('is taken pair by pair: a drift between the pairs does not show', () => {
    expect(ratio(pair(10, 20), pair(500, 1000))).toBeCloseTo(0.5);
  });

  it('weighs both placements the same', () => {
    // Twice as fast on the one core and half as fast on the other is equal.
    expect(ratio(pair(20, 10), pair(10, 20))).toBeCloseTo(1);
  });

  it('leaves out a pair of which one side failed, or in which both did nothing', () => {
    expect(ratio(pair(10, 5), pair(null, 1))).toBe(2);
    expect(ratio(pair(10, 5), pair(1, null))).toBe(2);
    expect(ratio(pair(10, 5), pair(0, 0))).toBe(2);
  });

  it('has no bound where theirs did nothing', () => {
    expect(ratio(pair(10, 0), pair(10, 5))).toBe(Infinity);
  });

  it('is none where no pair is left', () => {
    expect(ratio(pair(null, 1))).toBeNull();
    expect(ratio()).toBeNull();
  });
});

it('a summary of ratios has their median and range, and is none of none', () => {
  expect(summarize([0.5, 9, 1])).toEqual({ median: 1, lowest: 0.5, highest: 9 });
  expect(summarize([])).toBeNull();
});

describe('target', () => {
  it.each([
    [atLeast(0.8), 0.8, true],
    [atLeast(0.8), 0.7999, false],
    [moreThan(1), 1, false],
    [moreThan(1), 1.001, true],
    [atMost(1.6), 1.6, true],
    [atMost(1.6), 1.61, false],
    [lessThan(0.5), 0.5, false],
    [lessThan(0.5), 0.499, true],
  ])('%o of %d: %s', (target, figure, expected) => {
    expect(isMet(target, figure)).toBe(expected);
  });
});

describe('comparison', () => {
  const workload = (measure: Partial<Measure> = {}) => ({
    title: 'a stream',
    measures: [{ name: 'rate', unit: '/s', targets: { c: atLeast(0.8) }, own: null, ...measure }],
  });
  /** Rounds of one pair each. */
  const pairing = (name: PeerName, ...pairs: readonly Pair[]): Pairing => ({
    peer: { name, title: name },
    rounds: pairs.map((it) => ({ pairs: [it], quiet: true })),
  });

  it('sets ours against each peer and says whether the target is met', () => {
    const pass = [
      pairing('c', pair(80, 100, 1), pair(90, 100), pair(100, 100, 2)),
      pairing('socat', pair(80, 10), pair(90, 20), pair(100, 30)),
    ];
    expect(compare(workload(), [pass])).toMatchObject([
      {
        ours: { title: '`serve`', figure: 90, errors: 0, failures: 0 },
        theirs: { title: 'c', figure: 100, errors: 3, failures: 0 },
        ratio: { median: 0.9, lowest: 0.8, highest: 1 },
        target: atLeast(0.8),
        met: true,
      },
      { theirs: { title: 'socat', figure: 20 }, ratio: { median: 4.5 }, target: null, met: null },
    ]);
  });

  it('has not met what it fell short of, by however little', () => {
    expect(compare(workload(), [[pairing('c', pair(79.9, 100))]])).toMatchObject([{ met: false }]);
  });

  it('has not met what could not be compared', () => {
    expect(compare(workload(), [[pairing('c', pair(null, 100), pair(80, null))]])).toMatchObject([
      { ours: { figure: 80, failures: 1 }, theirs: { figure: 100, failures: 1 }, ratio: null, met: false },
    ]);
  });

  it('takes a figure of ours by itself where that has a target', () => {
    const pass = [pairing('c', pair(21, 1), pair(22, 1), pair(19, 1))];
    const [alone] = compare(workload({ own: atMost(20) }), [pass]);
    expect(alone).toMatchObject({ ours: { figure: 21 }, theirs: null, ratio: null, target: atMost(20), met: false });
  });

  it('is one of all rounds of both passes, and tells how far they are apart', () => {
    const comparisons = compare(workload(), [
      [pairing('c', pair(100, 100), pair(100, 100))],
      [pairing('c', pair(80, 100), pair(80, 100))],
    ]);
    expect(comparisons).toMatchObject([{ ratio: { median: 0.9, lowest: 0.8, highest: 1 }, apart: 0.25 }]);
  });

  it('knows not how far apart they are where one pass has no ratio', () => {
    const first = [pairing('c', pair(100, 100))];
    expect(compare(workload(), [first])).toMatchObject([{ apart: null }]);
    expect(compare(workload(), [first, [pairing('c', pair(null, 100))]])).toMatchObject([{ apart: null }]);
  });

  it.each([
    [1.049, 0],
    [1.051, 1],
    [1 / 1.049, 0],
    [1 / 1.051, 1],
  ])('of ratios 1 and %d in the two passes: %d that did not repeat', (second, count) => {
    const comparisons = compare(workload(), [[pairing('c', pair(1, 1))], [pairing('c', pair(second, 1))]]);
    expect(unrepeated(comparisons)).toHaveLength(count);
  });

  it('repeats where the other did nothing in both passes', () => {
    const passes = [[pairing('ncat', pair(100, 0))], [pairing('ncat', pair(90, 0))]];
    expect(compare(workload(), passes)).toMatchObject([{ ratio: { median: Infinity }, apart: 0 }]);
  });
});
