import { monotonicMs } from '../ledger/clock.ts';
import type { LoadDriver, LoadResult, Plan } from './driver.ts';
import type { LoadCommand } from './orders.ts';
import { shareOf, type ThreadShare } from './part.ts';
import { sumOfWork, type Work } from './result.ts';
import { Counters, type Counts, sumOfCounts } from './tally.ts';
import { LoadThread } from './thread.ts';
import { ThreadFailure } from './thread-failure.ts';

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
