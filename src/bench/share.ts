import { monotonicMs } from '../ledger/clock.ts';
import { UdpLoad } from './datagrams.ts';
import type { LoadDriver, LoadResult, Plan } from './driver.ts';
import type { Load, Mode, Task } from './load.ts';
import { WorkMeter } from './meter.ts';
import type { ThreadShare } from './part.ts';
import { pingpong } from './pingpong.ts';
import type { Work } from './result.ts';
import { stream } from './stream.ts';
import { Counters, type Counts } from './tally.ts';
import { ConnectLoad } from './visits.ts';

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
