/**
 * Bytes after which the pattern begins anew. A prime: data that was shifted, swapped, lost or doubled by any number of
 * bytes but a multiple of it no longer fits, and blocks of networks and programs (1460, 4096, 64 KiB) are no multiple.
 */
const period = 4093;

/** A state of this generator is never zero and comes once in 2^32 - 1 (Marsaglia, Xorshift RNGs, 2003). */
const next = (state: number): number => {
  const first = state ^ (state << 13);
  const second = first ^ (first >>> 17);
  return second ^ (second << 5);
};

/** One period: no four bytes in a row come twice in it, its end and its beginning joined. A test counts them. */
const onePeriod = (): Buffer => {
  const bytes = Buffer.alloc(period);
  let state = 0x2545f491;
  for (let at = 0; at < period; at++) {
    state = next(state);
    bytes[at] = state >>> 24;
  }
  return bytes;
};

/** Where in the pattern a stream is, 0 up to, not including, its period. */
export type Phase = number;

/**
 * What every stream of a bench consists of, whatever its length: each byte is known by its offset, so what comes back is
 * compared without keeping what was sent. Streams begin at different phases; one that is given another's bytes sees it.
 */
export class Pattern {
  readonly bytes: Buffer;
  readonly #size: number;
  /** Views of `bytes`, made once: a send allocates nothing. */
  readonly #pieces: (Buffer | undefined)[] = Array.from({ length: period });

  /** `size`: bytes of a piece. `longest`: bytes that are compared at once, at most. */
  constructor(size: number, longest: number) {
    const one = onePeriod();
    this.#size = size;
    this.bytes = Buffer.alloc(period + Math.max(size, longest), one);
  }

  /** Where the stream of this number begins, counted from 0: each of 4093 in a row elsewhere. */
  static start(number: number): Phase {
    return (number * 1009) % period;
  }

  static advance(phase: Phase, bytes: number): Phase {
    const to = phase + bytes;
    return to < period ? to : to % period;
  }

  /** The piece that a stream sends at this phase: always the same object, not to be written to. */
  piece(phase: Phase): Buffer {
    const made = this.#pieces[phase];
    if (made !== undefined) return made;
    const piece = this.bytes.subarray(phase, phase + this.#size);
    this.#pieces[phase] = piece;
    return piece;
  }

  /** Whether the first `length` bytes of `received` are those of a stream at this phase. */
  matches(received: Uint8Array, length: number, phase: Phase): boolean {
    return this.bytes.compare(received, 0, length, phase, phase + length) === 0;
  }

  /** The first byte that differs, as its place in `received`: `length` where none does. */
  difference(received: Uint8Array, length: number, phase: Phase): number {
    for (let at = 0; at < length; at++) if (received[at] !== this.bytes[phase + at]) return at;
    return length;
  }
}
