import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { monotonicMs } from '../../../memory/clock.ts';
import { roundTrip } from '../../../text/format.ts';
import {
  Counters,
  type CountersData,
  type Counts,
  noCounts,
  noWork,
  sumOfCounts,
  sumOfWork,
  type Work,
} from './counters.ts';
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

/** `close` rejects with it when a thread has failed. The message is for the user. */
export class ThreadFailure extends Error {
  override readonly name = 'ThreadFailure';

  /** `share`: of the thread that failed. */
  constructor({ thread, threads }: ThreadShare, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`thread ${thread + 1} of ${threads} failed: ${why}; what the others did is left out`, { cause });
  }
}

/** How long a thread may take to answer `close`, ms: far longer than one turn of a loop under full load. */
const closeTimeoutMs = 5000;

interface ThreadEvents {
  /** Nothing more will happen in it. */
  readonly finished: () => void;
  /** It ended by itself, or does not answer. Called once. */
  readonly failed: (error: unknown) => void;
}

/** The main thread's handle on one thread that has a share of a bench. Its counts are those of its last event. */
class LoadThread {
  work: Work = noWork;
  counts: Counts = noCounts;
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<CountersData>();
  readonly #events: ThreadEvents;
  #isReady = false;
  #isOver = false;
  #closeTimer: NodeJS.Timeout | undefined;

  /** Throws where the system has no thread to give. */
  constructor(assignment: Assignment, events: ThreadEvents) {
    this.#events = events;
    // Under Vitest the worker runs from its source, in the package from the build: same place, other extension.
    const entry = new URL(`../load/worker${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(entry, { name: `bench ${assignment.share.thread}`, workerData: assignment });
    this.#worker.on('message', (event: LoadEvent) => this.#receive(event));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`it ended (code ${code})`)));
  }

  post(command: LoadCommand): void {
    this.#worker.postMessage(command);
  }

  /** Resolves when it is loaded; never where it ends before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves when each of its connections is established or has failed; never where it ends before. */
  open(): Promise<void> {
    this.post({ type: 'open' });
    return this.#opened.promise;
  }

  /**
   * Ends its connections. Resolves to its counters, at once and to none where it is still being loaded; never where it ends
   * before, or does not answer.
   */
  async close(): Promise<CountersData> {
    if (!this.#isReady) return new Counters();
    this.post({ type: 'close' });
    this.#closeTimer = setTimeout(
      () => this.#fail(new Error(`it did not answer for ${roundTrip(closeTimeoutMs)}`)),
      closeTimeoutMs,
    );
    return this.#closed.promise;
  }

  /** Ends it at once. Resolves when it is gone. */
  async terminate(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#closeTimer);
    await this.#worker.terminate();
  }

  #receive(event: LoadEvent): void {
    switch (event.type) {
      case 'ready':
        this.#isReady = true;
        this.#ready.resolve();
        return;
      case 'opened':
        this.#opened.resolve();
        return;
      case 'progress':
        this.work = event.work;
        this.counts = event.counts;
        return;
      case 'finished':
        this.#events.finished();
        return;
      case 'closed':
        // It ends by itself now.
        this.#isOver = true;
        this.work = event.work;
        this.counts = event.data.counts;
        this.#closed.resolve(event.data);
        return;
      default:
        event satisfies never;
    }
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.failed(error);
  }
}

/**
 * Several threads that share a bench. They start at the same time, and one may finish early. If one fails, the bench
 * fails.
 */
export class LoadThreads implements LoadDriver {
  readonly #plan: Plan;
  readonly #count: number;
  readonly #threads: LoadThread[] = [];
  readonly #finished = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<never>();
  #running: number;

  /** `count`: at most as many as there are connections. */
  constructor(plan: Plan, count: number) {
    this.#plan = plan;
    this.#count = count;
    this.#running = count;
    // The others need not be waited for; `close` rejects with the reason.
    this.#failed.promise.catch(() => this.#finished.resolve());
  }

  get work(): Work {
    return sumOfWork(this.#threads.map(({ work }) => work));
  }

  get counts(): Counts {
    return sumOfCounts(this.#threads.map(({ counts }) => counts));
  }

  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  async open(): Promise<void> {
    for (let thread = 0; thread < this.#count; thread++) this.#startThread({ thread, threads: this.#count });
    // Not before all are loaded: a lack of file descriptors then fails connections, which are counted, and no loading.
    const ready = Promise.all(this.#threads.map((thread) => thread.ready));
    const opened = ready.then(() => Promise.all(this.#threads.map((thread) => thread.open())));
    await Promise.race([opened, this.#finished.promise]);
  }

  start(): void {
    this.#postAll({ type: 'start', atMs: monotonicMs() });
  }

  stop(): void {
    this.#postAll({ type: 'stop' });
  }

  failUnanswered(silentMs: number): void {
    this.#postAll({ type: 'fail-unanswered', silentMs });
  }

  async close(): Promise<LoadResult> {
    try {
      const closed = Promise.all(this.#threads.map((thread) => thread.close()));
      const counters = new Counters();
      for (const data of await Promise.race([this.#failed.promise, closed])) counters.add(data);
      return { work: this.work, counters };
    } finally {
      await Promise.all(this.#threads.map((thread) => thread.terminate()));
    }
  }

  #startThread(share: ThreadShare): void {
    const plan = { ...this.#plan, connections: shareOf(this.#plan.connections, share) };
    const failed = (error: unknown): void => this.#failed.reject(new ThreadFailure(share, error));
    const finished = (): void => {
      this.#running -= 1;
      if (this.#running === 0) this.#finished.resolve();
    };
    try {
      this.#threads.push(new LoadThread({ plan, share }, { finished, failed }));
    } catch (error) {
      failed(error);
    }
  }

  #postAll(command: LoadCommand): void {
    for (const thread of this.#threads) thread.post(command);
  }
}
