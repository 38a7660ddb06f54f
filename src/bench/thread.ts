import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { roundTrip } from '../text/format.ts';
import type { Assignment, LoadCommand, LoadEvent } from './orders.ts';
import { noWork, type Work } from './result.ts';
import { Counters, type CountersData, type Counts, noCounts } from './tally.ts';

/** How long it may take at the end to tell what it has counted, ms: far longer than one turn of a loop under full load. */
const closePatienceMs = 5000;

export interface ThreadEvents {
  /** It has nothing to wait for any more. */
  readonly idle: () => void;
  /** It is gone, and was not ended; or it does not answer. Told once. */
  readonly gone: (error: unknown) => void;
}

/** The main thread's handle on one thread that has a share of a bench. What that has counted is known as it was told last. */
export class LoadThread {
  work: Work = noWork;
  counts: Counts = noCounts;
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<CountersData>();
  readonly #gone: ThreadEvents['gone'];
  #isHeard = false;
  #isOver = false;
  #late: NodeJS.Timeout | undefined;

  /** Throws where the system has no thread to give. */
  constructor(assignment: Assignment, events: ThreadEvents) {
    // Under Vitest the worker runs from its source, in the package from the build: same place, other extension.
    const entry = new URL(`../bench/worker${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(entry, { name: `bench ${assignment.part.thread}`, workerData: assignment });
    this.#gone = (error) => {
      if (this.#isOver) return;
      this.#isOver = true;
      events.gone(error);
    };
    this.#worker.on('message', (told: LoadEvent) => this.#hear(told, events));
    this.#worker.on('error', this.#gone);
    this.#worker.on('exit', (code) => this.#gone(new Error(`it ended (code ${code})`)));
  }

  post(order: LoadCommand): void {
    this.#worker.postMessage(order);
  }

  /** Resolves once it is loaded; never where it is gone before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves once each of its connections is established or has failed; never where it is gone before. */
  open(): Promise<void> {
    this.post({ type: 'open' });
    return this.#opened.promise;
  }

  /**
   * Ends its connections. Resolves to all that it has counted: to nothing, and at once, where it is still being loaded; never
   * where it is gone before, or taken to be because it does not answer.
   */
  async close(): Promise<CountersData> {
    if (!this.#isHeard) return new Counters();
    this.post({ type: 'close' });
    this.#late = setTimeout(
      () => this.#gone(new Error(`it did not answer for ${roundTrip(closePatienceMs)}`)),
      closePatienceMs,
    );
    return this.#closed.promise;
  }

  /** Ends it at once. Resolves when it is gone. */
  async end(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#late);
    await this.#worker.terminate();
  }

  #hear(told: LoadEvent, { idle }: ThreadEvents): void {
    this.#isHeard = true;
    switch (told.type) {
      case 'ready':
        this.#ready.resolve();
        return;
      case 'opened':
        this.#opened.resolve();
        return;
      case 'progress':
        this.work = told.work;
        this.counts = told.counts;
        return;
      case 'idle':
        idle();
        return;
      case 'closed':
        // It goes by itself now.
        this.#isOver = true;
        this.work = told.work;
        this.counts = told.data.counts;
        this.#closed.resolve(told.data);
        return;
      default:
        told satisfies never;
    }
  }
}
