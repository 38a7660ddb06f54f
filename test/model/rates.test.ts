import { describe, expect, it } from 'vitest';
import { historySeconds, Rates } from '../../src/model/rates.ts';

/** The rates of one connection among others, with the counters at which it is first seen. */
const meterFrom = (atMs: number, bytesIn: number, bytesOut: number) => {
  const rates = new Rates(atMs);
  const one = 3;
  for (const neighbour of [2, one, 4]) rates.start(neighbour, atMs, bytesIn, bytesOut);
  return {
    observe: (nowMs: number, nowIn: number, nowOut: number) => {
      rates.beginSample(nowMs);
      rates.update(one, nowIn, nowOut);
      return rates.rate(one);
    },
    history: (nowMs: number) => rates.history(one, nowMs),
  };
};

describe('Rates', () => {
  it('is still while nothing was counted', () => {
    const meter = meterFrom(5_000, 100, 100);
    expect(meter.observe(5_100, 100, 100)).toEqual({ in: 0, out: 0 });
  });

  it('rises with the first byte', () => {
    const meter = meterFrom(5_000, 0, 0);
    expect(meter.observe(5_100, 300, 100)).toEqual({ in: 300, out: 100 });
  });

  it('settles on the true rate of a steady stream', () => {
    const meter = meterFrom(0, 0, 0);
    let rate = { in: 0, out: 0 };
    for (let at = 100; at <= 10_000; at += 100) rate = meter.observe(at, at * 50, at * 20);
    expect(rate.in).toBeCloseTo(50_000, -3);
    expect(rate.out).toBeCloseTo(20_000, -3);
  });

  it('falls to zero within two seconds of the last byte', () => {
    const meter = meterFrom(0, 0, 0);
    meter.observe(500, 1000, 0);
    expect(meter.observe(1_500, 1000, 0).in).toBe(500);
    expect(meter.observe(2_000, 1000, 0).in).toBe(0);
  });

  it('remembers whole seconds, newest last, from the first observation on', () => {
    const meter = meterFrom(10_000, 0, 0);
    meter.observe(10_900, 10, 1);
    meter.observe(11_000, 10, 1);
    meter.observe(11_900, 30, 3);
    expect(meter.history(12_500).map((rate) => rate.in)).toEqual([10, 20, 10]);
  });

  it('shares bytes out between two seconds by the time they took', () => {
    const meter = meterFrom(10_000, 0, 0);
    meter.observe(10_600, 0, 0);
    meter.observe(11_200, 60, 0);
    expect(meter.history(12_000).map((rate) => Math.round(rate.in))).toEqual([40, 20, 20]);
  });

  it('keeps a minute and forgets what is older, after a pause of any length', () => {
    const meter = meterFrom(0, 0, 0);
    for (let second = 0; second < 200; second++) meter.observe(second * 1000 + 500, second + 1, 0);
    expect(meter.history(199_900)).toHaveLength(historySeconds);
    expect(meter.history(199_900)[0]).toEqual({ in: 1, out: 0 });
    expect(meter.history(900_000).every((rate) => rate.in === 0)).toBe(true);
    expect(meter.history(900_000)).toHaveLength(historySeconds);
  });
});
