/**
 * Length of the pattern, which repeats, in bytes. A prime: data that was shifted, swapped, lost or doubled no longer fits,
 * unless by a multiple of it, and blocks of networks and programs (1460, 4096, 64 KiB) are no multiples.
 */
const period = 4093;

/** A random generator of period 2^32 - 1, whose state is never zero (Marsaglia, Xorshift RNGs, 2003). */
const next = (state: number): number => {
  const first = state ^ (state << 13);
  const second = first ^ (first >>> 17);
  return second ^ (second << 5);
};

/** One period, in which no four bytes in a row occur twice, also where it repeats. A test counts them. */
const onePeriod = (): Buffer => {
  const bytes = Buffer.alloc(period);
  let state = 0x2545f491;
  for (let at = 0; at < period; at++) {
    state = next(state);
    bytes[at] = state >>> 24;
  }
  return bytes;
};

/** A position in the pattern, from 0 to its period less 1. */
export type Phase = number;

/**
 * The bytes of every stream of a bench. Each byte is known by its offset, so an echo is checked without keeping what was
 * sent. Streams begin at different phases, so one that is given another's bytes sees it.
 */
export class Pattern {
  readonly bytes: Buffer;
  readonly #size: number;
  /** Views of `bytes`, made once: a send allocates nothing. */
  readonly #pieces: (Buffer | undefined)[] = Array.from({ length: period });

  /** `size`: bytes of a piece. `maxLength`: bytes that are compared at once, at most. */
  constructor(size: number, maxLength: number) {
    const one = onePeriod();
    this.#size = size;
    this.bytes = Buffer.alloc(period + Math.max(size, maxLength), one);
  }

  /** Where the stream of this number begins: 4093 streams in a row at different phases. */
  static start(number: number): Phase {
    return (number * 1009) % period;
  }

  static advance(phase: Phase, bytes: number): Phase {
    const to = phase + bytes;
    return to < period ? to : to % period;
  }

  /** The piece that a stream sends at this phase: always the same object, read-only. */
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

  /** The index in `received` of the first byte that differs; `length` where none does. */
  difference(received: Uint8Array, length: number, phase: Phase): number {
    for (let at = 0; at < length; at++) if (received[at] !== this.bytes[phase + at]) return at;
    return length;
  }
}
