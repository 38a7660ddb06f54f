import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EchoCheck, type EchoCheckLimits } from '../../src/net/echo-check.ts';

const MiB = 1024 * 1024;

/** Everything is sent before anything comes back. */
const checkLate = (sent: Uint8Array, received: Uint8Array, limits?: EchoCheckLimits): EchoCheck => {
  const pieceBytes = 50_000;
  const check = new EchoCheck(limits);
  for (let at = 0; at < sent.length; at += pieceBytes) check.sent(sent.subarray(at, at + pieceBytes));
  for (let at = 0; at < received.length; at += 70_000) check.received(received.subarray(at, at + 70_000));
  return check;
};

const altered = (bytes: Uint8Array, offset: number): Uint8Array => {
  const copy = new Uint8Array(bytes);
  copy[offset] = (copy[offset] ?? 0) ^ 1;
  return copy;
};

describe('the comparison of a reply with what was sent', () => {
  it('finds no difference where nothing was sent', () => {
    expect(new EchoCheck().finish()).toBe(null);
  });

  it.each([
    ['the usual limits', undefined],
    ['room for little', { kept: 1, digests: 2 }],
  ])('finds no difference in an echo, however the two are cut and interleaved: %s', (_what, limits) => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 200_000, size: 'max' }), { maxLength: 8 });
    fc.assert(
      fc.property(pieces, fc.array(fc.integer({ min: 0, max: 200_000 })), (sent, takes) => {
        const check = new EchoCheck(limits);
        const all = Buffer.concat(sent);
        let out = 0;
        let back = 0;
        for (const [index, piece] of sent.entries()) {
          check.sent(piece);
          out += piece.length;
          const to = Math.min(out, back + (takes[index] ?? 0));
          check.received(all.subarray(back, to));
          back = to;
        }
        check.received(all.subarray(back));
        expect(check.finish()).toBe(null);
      }),
      { numRuns: 20 },
    );
  });

  it('does not depend on buffers that are used again', () => {
    const check = new EchoCheck();
    const buffer = Buffer.from('first');
    check.sent(buffer);
    buffer.write('again');
    check.received(Buffer.from('first'));
    expect(check.finish()).toBe(null);
  });

  it.each([0, 1, 65_535, 65_536, 5 * MiB])('names the first wrong byte: offset %d', (offset) => {
    const sent = randomBytes(6 * MiB);
    const wrong = altered(altered(sent, sent.length - 1), offset);
    const byte = sent[offset] ?? 0;
    expect(checkLate(sent, wrong).finish()).toEqual({ type: 'byte', offset, sent: byte, received: byte ^ 1 });
  });

  it('finds a wrong byte before the end of the reply', () => {
    expect(checkLate(Buffer.from('abc'), Buffer.from('x')).difference).toMatchObject({ type: 'byte', offset: 0 });
  });

  it('keeps only digests of what is more than 8 MiB ahead, and still finds each wrong byte', () => {
    const sent = randomBytes(20 * MiB + 3);
    expect(checkLate(sent, sent).finish()).toBe(null);
    const from = 10 * MiB;
    for (const offset of [from, from + 65_535]) {
      expect(checkLate(sent, altered(sent, offset)).finish()).toEqual({ type: 'block', from, to: from + 65_536 });
    }
    const last = sent.length - 1;
    expect(checkLate(sent, altered(sent, last)).finish()).toMatchObject({ type: 'byte', offset: last });
  });

  describe('with room for 4 blocks and 8 digests of blocks', () => {
    const limits = { kept: 4, digests: 8 };
    const block = 65_536;
    const restFrom = (limits.kept + limits.digests) * block;
    const sent = randomBytes(40 * block + 3);
    const wholeBlocks = 40 * block;

    it('keeps one digest of all the rest, and still finds each wrong byte', () => {
      expect(checkLate(sent, sent, limits).finish()).toBe(null);
      const rest = { type: 'block', from: restFrom, to: wholeBlocks };
      for (const offset of [restFrom, restFrom + block, wholeBlocks - 1])
        expect(checkLate(sent, altered(sent, offset), limits).finish()).toEqual(rest);
      const before = { type: 'block', from: restFrom - block, to: restFrom };
      expect(checkLate(sent, altered(sent, restFrom - 1), limits).finish()).toEqual(before);
      expect(checkLate(sent, altered(sent, wholeBlocks), limits).finish()).toMatchObject({ offset: wholeBlocks });
    });

    it('names the exact byte again once the reply has passed the digested part', () => {
      const check = checkLate(sent.subarray(0, wholeBlocks), sent.subarray(0, restFrom + 1), limits);
      const later = randomBytes(2 * block);
      check.sent(later);
      check.received(sent.subarray(restFrom + 1, wholeBlocks));
      check.received(altered(later, block + 7));
      expect(check.finish()).toMatchObject({ type: 'byte', offset: wholeBlocks + block + 7 });
    });

    it('counts how much of the rest is missing', () => {
      const missing = checkLate(sent, sent.subarray(0, restFrom + 5), limits).finish();
      expect(missing).toEqual({ type: 'missing', bytes: sent.length - restFrom - 5, sent: sent.length });
    });
  });

  it('counts what is missing and what is too much', () => {
    const sent = randomBytes(10 * MiB);
    const missing = checkLate(sent, sent.subarray(0, -7)).finish();
    expect(missing).toEqual({ type: 'missing', bytes: 7, sent: sent.length });
    const extra = checkLate(sent, Buffer.concat([sent, Buffer.alloc(100_000)])).finish();
    expect(extra).toEqual({ type: 'extra', bytes: 100_000, sent: sent.length });
    expect(checkLate(Buffer.of(), Buffer.from('hi')).finish()).toEqual({ type: 'extra', bytes: 2, sent: 0 });
  });

  it('takes no byte for an echo that came before it was sent', () => {
    const check = new EchoCheck();
    check.received(Buffer.from('hello'));
    check.sent(Buffer.from('hello'));
    expect(check.finish()).toEqual({ type: 'early', offset: 0 });
  });

  it('grows no more beyond its limits, however much a server that never answers is sent', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const heapBytes = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const check = new EchoCheck({ kept: 1, digests: 100 });
    const piece = Buffer.alloc(MiB);
    for (let sentMiB = 0; sentMiB < 8; sentMiB += 1) check.sent(piece);
    const before = heapBytes();
    for (let sentMiB = 0; sentMiB < 512; sentMiB += 1) check.sent(piece);
    expect(heapBytes() - before).toBeLessThan(0.25 * MiB);
  });

  it('holds memory to its bound', () => {
    const check = new EchoCheck();
    const piece = randomBytes(MiB);
    check.sent(piece);
    const before = process.memoryUsage().arrayBuffers;
    for (let sentMiB = 1; sentMiB < 128; sentMiB += 1) check.sent(piece);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * MiB);
    for (let backMiB = 0; backMiB < 128; backMiB += 1) check.received(piece);
    expect(check.finish()).toBe(null);
  });
});
