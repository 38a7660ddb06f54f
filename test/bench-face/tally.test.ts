import { describe, expect, it } from 'vitest';
import { sumOfWork } from '../../src/bench/result.ts';
import { sumOfCounts, Tally } from '../../src/bench/tally.ts';

const silent = (connection: number) => ({ type: 'silent', connection, offset: 0, owed: 1, waitedMs: 2000 }) as const;
const early = (connection: number) => ({ type: 'early', connection, offset: 0 }) as const;

/** What two threads have counted, put together. The second had its first trouble before the first one. */
const merged = () => {
  const [first, second, sum] = [new Tally(), new Tally(), new Tally()];
  second.roundTrips = 2;
  second.bytes = 20;
  second.took(3);
  second.took(9);
  second.tell(silent(2));
  first.roundTrips = 1;
  first.bytes = 10;
  first.took(1);
  first.tell(early(3));
  first.tell(silent(1));
  second.tell(silent(4));
  sum.add(first);
  sum.add(second);
  return { first, second, sum };
};

describe('what several threads have counted', () => {
  it('adds up', () => {
    const { first, second, sum } = merged();
    expect(sum.counts).toEqual({ roundTrips: 3, bytes: 30, errors: 3, corrupt: 1 });
    expect(sum.counts).toEqual(sumOfCounts([first.counts, second.counts]));
  });

  it('has the latencies of all of them', () => {
    const { latency } = merged().sum;
    expect(latency.count).toBe(3);
    const ms = [latency.min, latency.percentile(50), latency.max].map((ns) => Math.round(ns / 1e6));
    expect(ms).toEqual([1, 3, 9]);
  });

  it('tells troubles of a name as one, that of the thread which had it first', () => {
    expect(merged().sum.troubles).toEqual([
      { first: silent(2), count: 3, firstMs: expect.any(Number) },
      { first: early(3), count: 1, firstMs: expect.any(Number) },
    ]);
  });
});

describe('what several threads have done', () => {
  it('is the sum over the time in which any of them did it, by the busiest', () => {
    const done = [
      { seconds: 2, roundTrips: 10, bytes: 100, busy: 0.4 },
      { seconds: 1, roundTrips: 5, bytes: 50, busy: 0.9 },
    ];
    expect(sumOfWork(done)).toEqual({ seconds: 2, roundTrips: 15, bytes: 150, busy: 0.9 });
  });
});
