import { monotonicMs } from '../../../memory/clock.ts';
import { ConnectLoad } from './connect-load.ts';
import { Counters, type Counts } from './counters.ts';
import type { Load, LoadDriver, LoadResult, Mode, Plan, Task, ThreadShare } from './plan.ts';
import { noWork, type Work } from './result.ts';

import { pingpong, stream } from './tcp-load.ts';
import { UdpLoad } from './udp-load.ts';

/** Tells what of a thread's counters was done within the time, and how busy the thread was. */
class WorkMeter {
  readonly #counters: Counters;
  #startMs: number | null = null;
  #loop = performance.eventLoopUtilization();
  #work: Work | null = null;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Up to now, or to the end. */
  get work(): Work {
    if (this.#work !== null) return this.#work;
    if (this.#startMs === null) return noWork;
    const { roundTrips, bytes } = this.#counters;
    const { utilization: busy } = performance.eventLoopUtilization(this.#loop);
    return { seconds: (monotonicMs() - this.#startMs) / 1000, roundTrips, bytes, busy };
  }

  /** `atMs`: when the time begins for all threads, on their common clock. */
  start(atMs: number): void {
    this.#startMs = atMs;
    this.#loop = performance.eventLoopUtilization();
  }

  /** The time is over; that of a meter that was never started, too. Only the first end counts. */
  end(): void {
    this.#work ??= this.work;
  }
}

const loadOf = (task: Task, mode: Mode): Load => {
  if (task.endpoint.transport === 'udp') return new UdpLoad(task);
  switch (mode) {
    case 'pingpong':
      return pingpong(task);
    case 'stream':
      return stream(task);
    case 'connect':
      return new ConnectLoad(task);
    default:
      return mode satisfies never;
  }
};

/** What one thread does of a bench, in that thread: where there is but one, all of it. */
export class LoadRunner implements LoadDriver {
  readonly #counters = new Counters();
  readonly #meter = new WorkMeter(this.#counters);
  readonly #load: Load;
  readonly #idle = Promise.withResolvers<void>();

  /** `plan`: what this thread has to do. */
  constructor({ mode, ...plan }: Plan, part: ThreadShare = { thread: 0, threads: 1 }) {
    this.#load = loadOf({ ...plan, part, counters: this.#counters, idle: () => this.#ended() }, mode);
  }

  get work(): Work {
    return this.#meter.work;
  }

  get counts(): Counts {
    return this.#counters.counts;
  }

  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  open(): Promise<void> {
    return this.#load.open();
  }

  /** `atMs`: when the time begins for all threads, where there are others. */
  start(atMs = monotonicMs()): void {
    this.#meter.start(atMs);
    this.#load.start();
  }

  stop(): void {
    this.#meter.end();
    this.#load.stop();
  }

  settle(silentMs: number): void {
    this.#load.settle(silentMs);
  }

  async close(): Promise<LoadResult> {
    this.#meter.end();
    this.#load.close();
    return { work: this.work, counters: this.#counters };
  }

  /** The last connection may be gone long before the time is up. */
  #ended(): void {
    this.#meter.end();
    this.#idle.resolve();
  }
}
