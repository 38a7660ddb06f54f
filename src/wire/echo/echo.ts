import type { Discipline } from '../../memory/ledger/row.ts';
import { GrowableBuffer } from './growable-buffer.ts';

const newline = 0x0a;
const nothing = Buffer.alloc(0);

/** Decides what goes back, and when: the discipline of one connection. Knows bytes only, no sockets. */
export class Echo {
  readonly #maxHeld: number;
  readonly #hold = new GrowableBuffer();
  #discipline: Discipline;

  constructor(discipline: Discipline, maxHeld: number) {
    this.#discipline = discipline;
    this.#maxHeld = maxHeld;
  }

  get discipline(): Discipline {
    return this.#discipline;
  }

  /** Bytes that came. Returns those that go back now, none perhaps; null: more came than may be held. */
  take(bytes: Buffer): Buffer | null {
    switch (this.#discipline) {
      case 'chunk':
        return bytes;
      case 'none':
        return nothing;
      case 'eof':
        return this.#keep(bytes) ? nothing : null;
      case 'line': {
        const end = bytes.lastIndexOf(newline) + 1;
        if (end === 0) return this.#keep(bytes) ? nothing : null;
        const lines = this.#after(bytes.subarray(0, end));
        return this.#keep(bytes.subarray(end)) ? lines : null;
      }
      default:
        return this.#discipline satisfies never;
    }
  }

  /** The peer has half-closed, or another discipline begins: gives up what is still to go back. */
  release(): Buffer {
    return this.#hold.take();
  }

  /** Another discipline from now on. Returns, as `take`, what it no longer holds back; under `none` that is let go. */
  change(discipline: Discipline): Buffer | null {
    const held = discipline === 'eof' || discipline === this.#discipline ? nothing : this.release();
    this.#discipline = discipline;
    if (discipline === 'none') return nothing;
    return discipline === 'line' && held.length > 0 ? this.take(held) : held;
  }

  /** False where that would be too much. */
  #keep(bytes: Uint8Array): boolean {
    if (this.#hold.length + bytes.length > this.#maxHeld) return false;
    this.#hold.add(bytes);
    return true;
  }

  #after(bytes: Buffer): Buffer {
    if (this.#hold.length === 0) return bytes;
    this.#hold.add(bytes);
    return this.release();
  }
}
