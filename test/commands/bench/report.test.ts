import { createHistogram } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { Counters } from '../../../src/commands/bench/load/counters.ts';
import { progressLine, type RunningBench } from '../../../src/commands/bench/progress.ts';
import { latencyBands, report } from '../../../src/commands/bench/report.ts';
import { type Result, resultOf } from '../../../src/commands/bench/result.ts';

const endpoint = { transport: 'tcp', host: '::1', port: 8080 } as const;
const plan = { mode: 'pingpong', connections: 64, size: 64 } as const;

/** A counters with round trips that took so many ms. */
const data = (...times: readonly number[]): Counters => {
  const counters = new Counters();
  for (const ms of times) counters.recordLatency(ms);
  return counters;
};

describe('the result', () => {
  const work = { seconds: 2, roundTrips: 10, bytes: 640, busy: 0.5 };

  it('has rates of what was done within the duration', () => {
    const counters = data(1, 1, 1, 1, 1, 1, 1, 1, 1, 40);
    expect(resultOf(plan, work, counters)).toEqual({
      ...plan,
      seconds: 2,
      roundTrips: 10,
      roundTripsPerSecond: 5,
      bytesPerSecond: 320,
      connectionsPerSecond: null,
      latency: {
        p50: expect.closeTo(1, 2),
        p90: expect.closeTo(1, 2),
        p99: expect.closeTo(40, 1),
        p999: expect.closeTo(40, 1),
        max: expect.closeTo(40, 1),
      },
      errors: 0,
      corrupt: 0,
    } satisfies Result);
  });

  it('has no latency where nothing came back, and no rate where no time has gone by', () => {
    expect(resultOf(plan, { seconds: 0, roundTrips: 0, bytes: 0, busy: 0 }, new Counters())).toMatchObject({
      roundTripsPerSecond: 0,
      bytesPerSecond: 0,
      latency: null,
    });
  });

  it('takes a time below the clock’s step, and one beyond ten minutes', () => {
    const { latency } = data(0, 1e9);
    expect([latency.count, latency.min, latency.exceeds]).toEqual([2, 1, 0]);
  });
});

describe('the histogram of latencies', () => {
  it('counts every value in the range that it belongs to', () => {
    const histogram = createHistogram({ lowest: 1, highest: 1e9, figures: 3 });
    for (const ns of [150, 200, 201, 450, 4900]) histogram.record(ns);
    expect(latencyBands(histogram)).toEqual([
      { toMs: 200e-6, count: 2 },
      { toMs: 500e-6, count: 2 },
      { toMs: 1e-3, count: 0 },
      { toMs: 2e-3, count: 0 },
      { toMs: 5e-3, count: 1 },
    ]);
  });

  it('has a count for every value', () => {
    const histogram = createHistogram({ lowest: 1, highest: 600e9, figures: 3 });
    for (let at = 1; at <= 5000; at++) histogram.record(at ** 3);
    const bands = latencyBands(histogram);
    expect(bands.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
    for (const [place, { toMs }] of bands.entries()) {
      const below = bands.slice(0, place + 1).reduce((sum, { count }) => sum + count, 0);
      // The histogram keeps three digits of each value.
      expect(Math.abs(below - Math.min(5000, Math.floor(Math.cbrt(toMs * 1e6))))).toBeLessThan(3);
    }
  });
});

describe('the report', () => {
  const counters = data(...Array.from({ length: 90 }, () => 0.3), ...Array.from({ length: 9 }, () => 0.9), 12);
  const text = (cells: number, { size = 64, threads = 1 } = {}) =>
    report(
      resultOf({ ...plan, size }, { seconds: 5, roundTrips: 100, bytes: 6400, busy: 0.5 }, counters),
      { threads, busy: 0.5 },
      counters.latency,
      endpoint,
      cells,
    );

  it('is a table and a histogram', () => {
    expect(text(80)).toBe(`tcp://[::1]:8080  pingpong, 64 connections, 64 bytes, 5.00 s

round trips             100            20/s
echoed               6.4 kB        1.3 kB/s
errors                    0
corrupt                   0
own load                50%

latency      p50      p90      p99    p99.9      max
         0.30 ms  0.30 ms  0.90 ms  12.0 ms  12.0 ms

      up to     round trips
    0.50 ms              90  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
    1.00 ms               9  ▇▇▇▇
    2.00 ms               0
    5.00 ms               0
    10.0 ms               0
    20.0 ms               1  ▇
`);
  });

  it.each([60, 80, 160])('fits a window of %i cells', (cells) => {
    for (const line of text(cells).split('\n')) expect(line.length).toBeLessThanOrEqual(cells);
  });

  it('says how many threads it took, where there was more than one', () => {
    expect(text(80, { threads: 2 })).toMatch(/ {2}pingpong, 64 connections in 2 threads, 64 bytes, 5\.00 s\n/);
  });

  it('has one kind of units, and of streams no latency', () => {
    const result = resultOf(
      { mode: 'stream', connections: 1, size: 1 },
      { seconds: 2, roundTrips: 0, bytes: 3 * 2 ** 20, busy: 0.95 },
      new Counters(),
    );
    expect(
      report(result, { threads: 1, busy: 0.95 }, counters.latency, endpoint, 80),
    ).toBe(`tcp://[::1]:8080  stream, 1 connection, 1 byte, 2.00 s

echoed               3.1 MB        1.6 MB/s
errors                    0
corrupt                   0
own load                95%    at its limit
`);
  });
});

describe('the progress line', () => {
  const scope = { mode: 'pingpong', durationMs: 5000 } as const;
  const running: RunningBench = {
    phase: 'running',
    work: { seconds: 2.5, roundTrips: 250_000, bytes: 16e6, busy: 1 },
    counts: { errors: 0, corrupt: 0 },
  };

  it.each<[number, Partial<RunningBench>, string]>([
    [70, {}, '▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇────────────────  2.5 of 5.0 s  100,000 round trips/s'],
    [40, {}, '2.5 of 5.0 s  100,000 round trips/s     '],
    [20, {}, '2.5 of 5.0 s  100,0…'],
    [30, { phase: 'connecting' }, 'connecting                    '],
    [50, { phase: 'ending', counts: { errors: 2, corrupt: 1 } }, 'waiting for the rest  100,000 round trips/s  3 wr…'],
  ])('in %i cells', (cells, changed, line) => {
    expect(progressLine({ ...running, ...changed }, scope, cells)).toBe(line);
  });
});
