import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CharacterJoiner, encoder } from '../../../src/commands/serve/payload.ts';

const note = (bytes: Uint8Array, transport: 'tcp' | 'udp' = 'tcp', id = 1) =>
  ({ type: 'data', at: 0, id, transport, bytes }) as const;

/** The pieces of `bytes`, cut at `cuts`, and what was left at the end. */
const join = (bytes: Buffer, cuts: readonly number[]): readonly Buffer[] => {
  const joiner = new CharacterJoiner();
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  const pieces = places.slice(1).map((to, index) => joiner.join(note(bytes.subarray(places[index], to))));
  return [...pieces, joiner.rest(1) ?? Buffer.alloc(0)].map((piece) => Buffer.from(piece));
};

const cuts = fc.array(fc.nat(1000), { maxLength: 20 });

describe('characters that a stream cuts', () => {
  it('are put together again, wherever it cut', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), cuts, (text, cuts) => {
        const bytes = Buffer.from(text);
        const pieces = join(bytes, cuts);
        expect(pieces.map((piece) => decoder.decode(piece)).join('')).toBe(bytes.toString());
        expect(pieces.at(-1)).toHaveLength(0);
      }),
    );
  });

  it('lose no byte of invalid UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array(), cuts, (array, cuts) => {
        const pieces = join(Buffer.from(array), cuts);
        expect(Buffer.concat(pieces)).toEqual(Buffer.from(array));
        expect(pieces.at(-1)?.length).toBeLessThan(4);
      }),
    );
  });

  it('wait for the rest from their own connection, and never for another datagram', () => {
    const joiner = new CharacterJoiner();
    const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
    expect(joiner.join(note(first))).toHaveLength(0);
    expect(joiner.join(note(second, 'tcp', 2))).toEqual(second);
    expect(joiner.join(note(first, 'udp', 3))).toEqual(first);
    expect(joiner.waiting()).toEqual([1]);
    expect(Buffer.from(joiner.join(note(second))).toString()).toBe('é');
    expect(joiner.waiting()).toEqual([]);
  });
});

/** As the README tells scripts to read it. */
const decode = (text: string): Buffer =>
  Buffer.concat(
    Array.from(text.matchAll(/\\x(..)|\\u\{(.+?)\}|\\(.)|([^\\]+)/gsu), ([, byte, point, letter, plain]) => {
      if (byte !== undefined) return Buffer.from(byte, 'hex');
      if (point !== undefined) return Buffer.from(String.fromCodePoint(Number.parseInt(point, 16)));
      if (letter !== undefined) return Buffer.from({ n: '\n', r: '\r', t: '\t', '0': '\0' }[letter] ?? letter);
      return Buffer.from(plain ?? '');
    }),
  );

describe('data as text', () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    fc
      .string({
        unit: fc.constantFrom('\\', 'n', '\n', 'x', '0', '\0', 'u', '{', '}', 'a', '\u0301', '\u200d', '👩', '\u0e33'),
      })
      .map((text) => Buffer.from(text)),
  );

  it.each([[false], [true]])('gives exactly the bytes back, and hides none (ASCII alone: %s)', (ascii) => {
    const encode = encoder('text', ascii);
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = [...encode(bytes)].join('');
        expect(decode(text).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
        expect(text).toMatch(ascii ? /^[ -~]*$/ : /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);
        expect(text).not.toMatch(/^\p{M}|\p{M}{5}/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives back a message of many pieces, wherever they end', () => {
    const bytes = Buffer.from('안\\\n🙂\xFF'.repeat(20_000));
    expect(decode([...encoder('text', false)(bytes)].join('')).equals(bytes)).toBe(true);
  });
});
