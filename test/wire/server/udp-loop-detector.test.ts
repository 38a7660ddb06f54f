import { describe, expect, it } from 'vitest';
import { Pattern } from '../../../src/commands/bench/load/pattern.ts';
import { loopLimits, UdpLoopDetector } from '../../../src/wire/server/udp-loop-detector.ts';

const plenty = 2 * loopLimits.inARow;

/** At which of so many datagrams, counted from 1, a loop was seen; null: at none. */
const seenAt = (datagram: (n: number) => Uint8Array): number | null => {
  const bounces = new UdpLoopDetector(loopLimits);
  for (let n = 1; n <= plenty; n++) if (bounces.isLoop(datagram(n))) return n;
  return null;
};

describe('the detection of a UDP loop', () => {
  it.each([1, 2, 100, 1000])('finds a loop of %i datagrams', (count) => {
    const going = Array.from({ length: count }, (_, n) => Buffer.from(`token ${n}`));
    const at = seenAt((n) => going[n % count] ?? Buffer.alloc(0));
    expect(at).toBeGreaterThanOrEqual(loopLimits.inARow);
    expect(at).toBeLessThan(loopLimits.inARow + loopLimits.patience);
  });

  it.each([2, 3, 64, 512, 1472])('does not take the datagrams of bench for a loop, with %i bytes', (size) => {
    const pattern = new Pattern(size, size);
    let phase = Pattern.start(3);
    expect(
      seenAt(() => {
        const piece = pattern.piece(phase);
        phase = Pattern.advance(phase, size);
        return piece;
      }),
    ).toBe(null);
  });

  it('does not take numbered datagrams for a loop, nor equal ones between new ones', () => {
    const bytes = Buffer.alloc(64);
    const same = Buffer.alloc(64, 1);
    const counted = (n: number) => {
      bytes.writeUInt32LE(n);
      return bytes;
    };
    expect(seenAt(counted)).toBe(null);
    for (const turns of [2, 3, 16, 64])
      for (const own of [0, 1]) expect(seenAt((n) => (n % turns === own ? counted(n) : same))).toBe(null);
  });
});
