import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInterleaving, type Own } from './interleaving.ts';

const at = (bytes: string, from: number, to = from): Own => ({ bytes: Buffer.from(bytes), from, to });
const matches = (received: string, echo: string, own: readonly Own[], whole = true): boolean =>
  isInterleaving(Buffer.from(received), Buffer.from(echo), own, whole);

describe('bytes of our own among an echo', () => {
  it.each([
    ['abc', 'abc', [], true],
    ['abd', 'abc', [], false],
    ['ab', 'abc', [], false],
    ['abcX', 'abc', [at('X', 3)], true],
    ['aXbc', 'abc', [at('X', 0, 3)], true],
    ['aXbc', 'abc', [at('X', 2, 3)], false],
    ['aXbc', 'abc', [], false],
    ['abc', 'abc', [at('X', 0, 3)], false],
    ['aYXbc', 'abc', [at('X', 0, 3), at('Y', 0, 3)], false],
    ['aXYbc', 'abc', [at('X', 0, 3), at('Y', 0, 3)], true],
    ['aaabaa', 'aaaa', [at('ab', 0, 4)], true],
  ] as const)('%j is %j with %j in it: %j', (received, echo, own, is) => {
    expect(matches(received, echo, own)).toBe(is);
  });

  it('may stop anywhere where the end is cut off', () => {
    for (const start of ['', 'a', 'aX', 'aXY', 'aXYb', 'aXYbc'])
      expect(matches(start, 'abc', [at('XY', 1)], false)).toBe(true);
    for (const other of ['b', 'ab', 'aXb', 'aXYbcd']) expect(matches(other, 'abc', [at('XY', 1)], false)).toBe(false);
  });

  it('is found wherever it was put, and not once a byte differs', () => {
    const few = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(few, few, fc.nat(), fc.nat(), (echo, own, place, spoilt) => {
        const cut = place % (echo.length + 1);
        const received = Buffer.from(echo.slice(0, cut) + own + echo.slice(cut));
        const among = [at(own, 0, echo.length)];
        expect(isInterleaving(received, Buffer.from(echo), among, true)).toBe(true);
        if (received.length === 0) return;
        received[spoilt % received.length] = 0x63;
        expect(isInterleaving(received, Buffer.from(echo), among, true)).toBe(false);
      }),
    );
  });
});
