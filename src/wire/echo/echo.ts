import type { Discipline } from '../../memory/ledger/row.ts';
import type { Ownership } from '../transport/stream.ts';
import { GrowableBuffer } from './growable-buffer.ts';
import type { Stage, StreamEnd } from './stage.ts';

const newline = 0x0a;

/** The first stage: the discipline of one connection, which decides what goes back, and when. */
export class Echo implements Stage {
  readonly #next: Stage;
  readonly #maxKept: number;
  readonly #onOverflow: () => void;
  readonly #onKept: (bytes: number) => void;
  readonly #kept = new GrowableBuffer();
  #told = 0;
  #discipline: Discipline;

  /**
   * Keeps `maxKept` bytes at most. `onOverflow`: more came, and nothing of that read goes back. `onKept`: so many bytes are
   * kept now.
   */
  constructor(
    next: Stage,
    discipline: Discipline,
    maxKept: number,
    onOverflow: () => void,
    onKept: (bytes: number) => void = () => undefined,
  ) {
    this.#next = next;
    this.#discipline = discipline;
    this.#maxKept = maxKept;
    this.#onOverflow = onOverflow;
    this.#onKept = onKept;
  }

  get discipline(): Discipline {
    return this.#discipline;
  }

  get held(): number {
    return this.#kept.length + this.#next.held;
  }

  get memory(): number {
    return this.#kept.memory + this.#next.memory;
  }

  get isFull(): boolean {
    return this.#next.isFull;
  }

  take(bytes: Uint8Array, ownership: Ownership): void {
    switch (this.#discipline) {
      case 'chunk':
        this.#next.take(bytes, ownership);
        return;
      case 'none':
        return;
      case 'eof':
        this.#keep(bytes);
        this.#tellKept();
        return;
      case 'line':
        this.#takeLines(bytes, ownership);
        this.#tellKept();
        return;
      default:
        this.#discipline satisfies never;
    }
  }

  end(end: StreamEnd): void {
    this.#release();
    this.#next.end(end);
  }

  close(): void {
    this.discard();
    this.#next.close();
  }

  /** From now on another discipline. What the new one does not keep back goes on; under `none` it is discarded. */
  change(discipline: Discipline): void {
    const isKept = discipline === 'eof' || discipline === this.#discipline;
    this.#discipline = discipline;
    if (isKept || this.#kept.length === 0) return;
    if (discipline === 'none') this.discard();
    else if (discipline === 'line') this.take(this.#kept.take(), 'owned');
    else this.#release();
  }

  #tellKept(): void {
    if (this.#kept.length === this.#told) return;
    this.#told = this.#kept.length;
    this.#onKept(this.#told);
  }

  /** Forgets the bytes that wait. */
  discard(): void {
    this.#kept.discard();
    this.#tellKept();
  }

  #takeLines(bytes: Uint8Array, ownership: Ownership): void {
    const end = bytes.lastIndexOf(newline) + 1;
    if (end === 0) {
      this.#keep(bytes);
      return;
    }
    const isAlone = this.#kept.length === 0;
    if (!isAlone) this.#kept.add(bytes.subarray(0, end));
    const lines = isAlone ? bytes.subarray(0, end) : this.#kept.take();
    if (this.#keep(bytes.subarray(end))) this.#next.take(lines, isAlone ? ownership : 'owned');
  }

  /** False where that would be too much. */
  #keep(bytes: Uint8Array): boolean {
    const fits = this.#kept.length + bytes.length <= this.#maxKept;
    if (fits) this.#kept.add(bytes);
    else this.#onOverflow();
    return fits;
  }

  #release(): void {
    if (this.#kept.length > 0) this.#next.take(this.#kept.take(), 'owned');
    this.#tellKept();
  }
}
