import type { Note } from './protocol.ts';

/** What one thread wrote down, and what tells it that this was taken. */
export interface Batch {
  readonly notes: readonly Note[];
  readonly dropped: number;
  readonly taken: () => void;
}

/**
 * Puts the journals of several threads together: batches that have come by the end of one turn of the event loop become
 * one, in the order of time. The notes of one connection come from one thread and are always in order. Those of two
 * threads may lie the other way round where one's batch took a turn longer to arrive: milliseconds, under load.
 */
export class Chronicle {
  readonly #tell: (batch: Batch) => void;
  #batches: Batch[] = [];

  constructor(tell: (batch: Batch) => void) {
    this.#tell = tell;
  }

  add(batch: Batch): void {
    this.#batches.push(batch);
    if (this.#batches.length === 1) setImmediate(() => this.flush());
  }

  /** Tells at once what has come so far. */
  flush(): void {
    const batches = this.#batches;
    if (batches.length === 0) return;
    this.#batches = [];
    this.#tell({
      notes: batches.flatMap(({ notes }) => notes).sort((a, b) => a.at - b.at),
      dropped: batches.reduce((sum, { dropped }) => sum + dropped, 0),
      taken: () => {
        for (const { taken } of batches) taken();
      },
    });
  }
}
