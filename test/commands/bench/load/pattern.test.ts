import { describe, expect, it } from 'vitest';
import { Pattern } from '../../../../src/commands/bench/load/pattern.ts';

const period = 4093;
const pattern = new Pattern(64, period);
const bytes = pattern.bytes.subarray(0, period);

describe('the pattern of a bench', () => {
  it('has a prime period', () => {
    const divisors = Array.from({ length: period - 2 }, (_, at) => at + 2).filter((divisor) => period % divisor === 0);
    expect(divisors).toEqual([]);
    expect(pattern.bytes.subarray(period, 2 * period)).toEqual(bytes);
  });

  it('has no four bytes in a row twice: any shift is seen within four bytes', () => {
    const runs = new Set(Array.from({ length: period }, (_, at) => pattern.bytes.readUInt32LE(at)));
    expect(runs.size).toBe(period);
  });

  it('starts each stream at another place', () => {
    expect(new Set(Array.from({ length: period }, (_, number) => Pattern.start(number))).size).toBe(period);
  });

  it('gives out its pieces in the order of the stream, each made once', () => {
    let phase = Pattern.start(7);
    const pieces: Buffer[] = [];
    for (let sent = 0; sent < period * 64; sent += 64) {
      pieces.push(pattern.piece(phase));
      phase = Pattern.advance(phase, 64);
    }
    expect(phase, 'a whole number of periods').toBe(Pattern.start(7));
    expect(pattern.piece(phase)).toBe(pieces[0]);
    const start = Pattern.start(7);
    const whole = Buffer.concat(Array.from({ length: 65 }, () => bytes)).subarray(start, start + period * 64);
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
  });

  it('serves pieces and reads that are longer than its period', () => {
    const large = new Pattern(100_000, 10);
    expect(large.piece(4092)).toHaveLength(100_000);
    expect(large.matches(large.piece(4092), 100_000, 4092)).toBe(true);
  });

  it('finds the first wrong byte', () => {
    const received = Buffer.from(pattern.piece(5));
    received[40] = (received[40] ?? 0) ^ 1;
    received[50] = (received[50] ?? 0) ^ 1;
    expect(pattern.matches(received, 64, 5)).toBe(false);
    expect(pattern.difference(received, 64, 5)).toBe(40);
    expect(pattern.matches(received, 40, 5)).toBe(true);
    expect(pattern.difference(received, 40, 5)).toBe(40);
  });
});
