import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EchoCheck } from '../../src/wire/echo-check.ts';

const MiB = 1024 * 1024;

/** Everything is sent before anything comes back. */
const checkLate = (sent: Uint8Array, received: Uint8Array, pieceBytes = 50_000): EchoCheck => {
  const check = new EchoCheck();
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
  it('finds nothing in nothing', () => {
    expect(new EchoCheck().finish()).toBe(null);
  });

  it('finds no difference in an echo, however the two are cut and interleaved', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 200_000, size: 'max' }), { maxLength: 8 });
    fc.assert(
      fc.property(pieces, fc.array(fc.integer({ min: 0, max: 200_000 })), (sent, takes) => {
        const check = new EchoCheck();
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
      { numRuns: 50 },
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

  it('finds a wrong byte so early that the comparison can be told before the end', () => {
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
