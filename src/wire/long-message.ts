import type { Mismatch } from '../engine/protocol.ts';
import { type Difference, EchoCheck } from './echo-check.ts';

/** What there is to tell of the answer: bytes since it was told last, and where it is not what was sent. */
export interface LongAnswer {
  readonly skipped: number;
  readonly differs: Mismatch | null;
}

/**
 * A message that is too long to be kept, and goes in parts. Its answer is held against it as both stream by; what is
 * told are counts, when it is whole and when the first byte differs.
 */
export class LongMessage {
  readonly id: number;
  readonly #check = new EchoCheck();
  #untold = 0;
  #isFlawed = false;

  constructor(id: number) {
    this.id = id;
  }

  /** To be told before the bytes are on the wire. */
  sent(bytes: Uint8Array): void {
    this.#check.sent(bytes);
  }

  /** Null where there is nothing to tell yet. */
  received(bytes: Uint8Array, isWhole: boolean): LongAnswer | null {
    this.#untold += bytes.length;
    this.#check.received(bytes);
    const difference = isWhole ? this.#check.finish() : this.#check.difference;
    if (!isWhole && (difference === null || this.#isFlawed)) return null;
    this.#isFlawed = difference !== null;
    const skipped = this.#untold;
    this.#untold = 0;
    return { skipped, differs: placeOf(difference) };
  }
}

const placeOf = (difference: Difference | null): Mismatch | null => {
  switch (difference?.type) {
    case 'byte':
    case 'early':
      return { at: difference.offset, within: 1 };
    case 'block':
      return { at: difference.from, within: difference.to - difference.from };
    default:
      // An answer is as long as its message: what comes beyond it answers another, or none.
      return null;
  }
};
