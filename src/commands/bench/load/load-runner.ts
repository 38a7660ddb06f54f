import { monotonicMs } from '../../../memory/clock.ts';
import { isStream } from '../../../text/endpoint.ts';
import { ConnectLoad } from './connect-load.ts';
import { Counters, type Counts, type Work, WorkMeter } from './counters.ts';
import type { Load, LoadDriver, LoadResult, Mode, Plan, Task, ThreadShare } from './plan.ts';
import { pingpong, stream } from './tcp-load.ts';
import { UdpLoad } from './udp-load.ts';

const loadOf = (task: Task, mode: Mode): Load => {
  if (!isStream(task.endpoint.transport)) return new UdpLoad(task);
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

/** Runs the share of one thread, in that thread; all of it where there is only one. */
export class LoadRunner implements LoadDriver {
  readonly #counters = new Counters();
  readonly #meter = new WorkMeter(this.#counters);
  readonly #load: Load;
  readonly #finished = Promise.withResolvers<void>();

  /** `plan`: of this thread. */
  constructor({ mode, ...plan }: Plan, share: ThreadShare = { thread: 0, threads: 1 }) {
    const finished = (): void => {
      // The last connection may be gone long before the time is up.
      this.#meter.end();
      this.#finished.resolve();
    };
    this.#load = loadOf({ ...plan, share, counters: this.#counters, finished }, mode);
  }

  get work(): Work {
    return this.#meter.work;
  }

  get counts(): Counts {
    return this.#counters.counts;
  }

  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  open(): Promise<void> {
    return this.#load.open();
  }

  /** `atMs`: when the time begins for all threads. */
  start(atMs = monotonicMs()): void {
    this.#meter.start(atMs);
    this.#load.start();
  }

  stop(): void {
    this.#meter.end();
    this.#load.stop();
  }

  failUnanswered(silentMs: number): void {
    this.#load.failUnanswered(silentMs);
  }

  async close(): Promise<LoadResult> {
    this.#meter.end();
    this.#load.close();
    return { work: this.work, counters: this.#counters };
  }
}
