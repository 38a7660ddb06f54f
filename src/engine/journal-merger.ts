import { monotonicMs } from '../memory/clock.ts';
import type { Note } from '../memory/journal/note.ts';

/** Notes of one thread, oldest first. `taken` tells the thread that it may send more. */
export interface Batch {
  readonly notes: readonly Note[];
  readonly dropped: number;
  readonly taken: () => void;
}

/** How long a note waits for older ones of other threads, ms: each thread sends its notes every 50 ms (its `Journal`). */
const waitMs = 60;

/**
 * Merges the journals of several threads in the order of time. The notes of one connection come from one thread and are
 * always in order. Those of two threads are, unless the notes of one were on their way for longer than `waitMs`.
 */
export class JournalMerger {
  readonly #deliver: (batch: Batch) => void;
  readonly #now: () => number;
  #batches: readonly Batch[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `now` is monotonic, ms, as the times of the notes are. */
  constructor(deliver: (batch: Batch) => void, now: () => number = monotonicMs) {
    this.#deliver = deliver;
    this.#now = now;
  }

  add(batch: Batch): void {
    this.#batches = [...this.#batches, batch];
    this.#timer ??= setTimeout(() => this.#flush(this.#now() - waitMs), waitMs);
  }

  /** Delivers everything at once: the wire ends. */
  close(): void {
    this.#flush(Number.POSITIVE_INFINITY);
  }

  /** Delivers the notes up to `until`. A batch counts as taken with its last note. */
  #flush(until: number): void {
    clearTimeout(this.#timer);
    const parts = this.#batches.map((batch) => {
      const later = batch.notes.findIndex(({ at }) => at > until);
      return { batch, due: later === -1 ? batch.notes.length : later };
    });
    const whole = parts.filter(({ batch, due }) => due === batch.notes.length).map(({ batch }) => batch);
    const notes = parts.flatMap(({ batch, due }) => batch.notes.slice(0, due)).sort((a, b) => a.at - b.at);
    this.#batches = parts
      .filter(({ batch }) => !whole.includes(batch))
      .map(({ batch, due }) => ({ ...batch, notes: batch.notes.slice(due) }));
    this.#timer = this.#batches.length === 0 ? undefined : setTimeout(() => this.#flush(this.#now() - waitMs), waitMs);
    const dropped = whole.reduce((sum, batch) => sum + batch.dropped, 0);
    const taken = (): void => {
      for (const batch of whole) batch.taken();
    };
    if (notes.length === 0 && dropped === 0) taken();
    else this.#deliver({ notes, dropped, taken });
  }
}
