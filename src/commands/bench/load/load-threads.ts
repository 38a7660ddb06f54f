import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { monotonicMs } from '../../../memory/clock.ts';
import { roundTrip } from '../../../text/format.ts';
import { Counters, type CountersData, type Counts, noCounts, sumOfCounts } from './counters.ts';
import {
  type Assignment,
  type LoadCommand,
  type LoadDriver,
  type LoadEvent,
  type LoadResult,
  type Plan,
  shareOf,
  type ThreadShare,
} from './plan.ts';
import { noWork, sumOfWork, type Work } from './result.ts';

/** What a bench in several threads rejects with where one of them failed. The message is for people. */
export class ThreadFailure extends Error {
  override readonly name = 'ThreadFailure';

  /** `part`: of the thread that failed, and `cause` why. */
  constructor({ thread, threads }: ThreadShare, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`thread ${thread + 1} of ${threads} failed: ${why}; what the others did is left out`, { cause });
  }
}

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
    const entry = new URL(`../load/worker${extname(import.meta.url)}`, import.meta.url);
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

/**
 * Several threads that share a bench out. One time holds for all of them, though one may be done before it is over; when one
 * fails, so has the bench.
 */
export class LoadThreads implements LoadDriver {
  readonly #plan: Plan;
  readonly #count: number;
  readonly #threads: LoadThread[] = [];
  readonly #idle = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<never>();
  #busy: number;

  /** `count`: at most as many as there are connections. */
  constructor(plan: Plan, count: number) {
    this.#plan = plan;
    this.#count = count;
    this.#busy = count;
    // Nobody waits any longer for what will not come; why is told at the end (see close).
    this.#failed.promise.catch(() => this.#idle.resolve());
  }

  get work(): Work {
    return sumOfWork(this.#threads.map(({ work }) => work));
  }

  get counts(): Counts {
    return sumOfCounts(this.#threads.map(({ counts }) => counts));
  }

  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  async open(): Promise<void> {
    for (let thread = 0; thread < this.#count; thread++) this.#begin({ thread, threads: this.#count });
    // Not before all are loaded: where files run short they are short of connections, which each of them tells.
    const all = Promise.all(this.#threads.map(({ ready }) => ready));
    const opened = all.then(() => Promise.all(this.#threads.map((thread) => thread.open())));
    await Promise.race([opened, this.#idle.promise]);
  }

  start(): void {
    this.#orderAll({ type: 'start', atMs: monotonicMs() });
  }

  stop(): void {
    this.#orderAll({ type: 'stop' });
  }

  settle(silentMs: number): void {
    this.#orderAll({ type: 'settle', silentMs });
  }

  async close(): Promise<LoadResult> {
    try {
      const all = Promise.all(this.#threads.map((thread) => thread.close()));
      const counters = new Counters();
      for (const data of await Promise.race([this.#failed.promise, all])) counters.add(data);
      return { work: this.work, counters };
    } finally {
      await Promise.all(this.#threads.map((thread) => thread.end()));
    }
  }

  #begin(part: ThreadShare): void {
    const plan = { ...this.#plan, connections: shareOf(this.#plan.connections, part) };
    const gone = (error: unknown): void => this.#failed.reject(new ThreadFailure(part, error));
    try {
      this.#threads.push(new LoadThread({ plan, part }, { idle: () => this.#idled(), gone }));
    } catch (error) {
      gone(error);
    }
  }

  #orderAll(order: LoadCommand): void {
    for (const thread of this.#threads) thread.post(order);
  }

  #idled(): void {
    this.#busy -= 1;
    if (this.#busy === 0) this.#idle.resolve();
  }
}
