import { describe, expect, it } from 'vitest';
import { Counters, noWork, sumOfCounts, sumOfWork } from '../../../../src/commands/bench/load/counters.ts';

const silent = (connection: number) => ({ type: 'silent', connection, offset: 0, owed: 1, waitedMs: 2000 }) as const;
const early = (connection: number) => ({ type: 'early', connection, offset: 0 }) as const;

/** What two threads have counted, put together. The second had its first failure before the first one. */
const merged = () => {
  const [first, second, sum] = [new Counters(), new Counters(), new Counters()];
  second.roundTrips = 2;
  second.bytes = 20;
  second.recordLatency(3);
  second.recordLatency(9);
  second.fail(silent(2));
  first.roundTrips = 1;
  first.bytes = 10;
  first.recordLatency(1);
  first.fail(early(3));
  first.fail(silent(1));
  second.fail(silent(4));
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

  it('reports equal failures once, with the connection that failed first', () => {
    expect(merged().sum.failures).toEqual([
      { first: silent(2), count: 3, firstMs: expect.any(Number) },
      { first: early(3), count: 1, firstMs: expect.any(Number) },
    ]);
  });
});

describe('what several threads have done', () => {
  const done = (seconds: number, busy: number) => ({ seconds, roundTrips: 10, bytes: 100, busy });

  it('is summed over the time in which any thread ran; the load is that of the busiest thread', () => {
    const all = [done(2, 0.4), done(2, 0.9)];
    expect(sumOfWork(all)).toEqual({ seconds: 2, roundTrips: 20, bytes: 200, busy: 0.9 });
  });

  it.each([
    ['half of the time', 1, 0.45],
    // With no connection left it is over in the turn in which it begins, all of which it was busy.
    ['hardly any of it', 0.001, 0.4],
    ['none of it', 0, 0.4],
  ])('counts one that did something for %s as idle for the rest', (_what, seconds, busy) => {
    const one = seconds === 1 ? 0.9 : 1;
    expect(sumOfWork([done(2, 0.4), done(seconds, one)])).toMatchObject({ seconds: 2, busy });
  });

  it('is zero before they begin', () => {
    expect(sumOfWork([])).toEqual(noWork);
    expect(sumOfWork([noWork, noWork])).toEqual(noWork);
  });
});
