import { monotonicMs } from '../memory/clock.ts';
import type { Note } from '../memory/journal/note.ts';

/** What one thread wrote down, oldest first, and what tells it that this was taken. */
export interface Batch {
  readonly notes: readonly Note[];
  readonly dropped: number;
  readonly taken: () => void;
}

/** How long a note waits for older ones of other threads, ms: each hands its own over 50 ms apart (wire/journal.ts). */
const waitMs = 60;

/**
 * Puts the journals of several threads together, in the order of time. The notes of one connection come from one thread
 * and are always in order. Those of two threads are too, unless one's were under way for longer than they are waited for.
 */
export class JournalMerger {
  readonly #tell: (batch: Batch) => void;
  readonly #now: () => number;
  #batches: readonly Batch[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `now` is monotonic, ms, as the times of the notes are. */
  constructor(tell: (batch: Batch) => void, now: () => number = monotonicMs) {
    this.#tell = tell;
    this.#now = now;
  }

  add(batch: Batch): void {
    this.#batches = [...this.#batches, batch];
    this.#timer ??= setTimeout(() => this.#flush(this.#now() - waitMs), waitMs);
  }

  /** Tells at once all that has come so far: the wire ends. */
  close(): void {
    this.#flush(Number.POSITIVE_INFINITY);
  }

  /** Tells what was written down until then. A batch is taken when the last of its notes is. */
  #flush(until: number): void {
    clearTimeout(this.#timer);
    const parts = this.#batches.map((batch) => {
      const later = batch.notes.findIndex(({ at }) => at > until);
      return { batch, told: later === -1 ? batch.notes.length : later };
    });
    const whole = parts.filter(({ batch, told }) => told === batch.notes.length).map(({ batch }) => batch);
    const notes = parts.flatMap(({ batch, told }) => batch.notes.slice(0, told)).sort((a, b) => a.at - b.at);
    this.#batches = parts
      .filter(({ batch }) => !whole.includes(batch))
      .map(({ batch, told }) => ({ ...batch, notes: batch.notes.slice(told) }));
    this.#timer = this.#batches.length === 0 ? undefined : setTimeout(() => this.#flush(this.#now() - waitMs), waitMs);
    const dropped = whole.reduce((sum, batch) => sum + batch.dropped, 0);
    if (notes.length === 0 && dropped === 0) {
      for (const { taken } of whole) taken();
      return;
    }
    this.#tell({
      notes,
      dropped,
      taken: () => {
        for (const { taken } of whole) taken();
      },
    });
  }
}
