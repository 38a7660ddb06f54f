import { Datagrams } from './datagrams.ts';
import type { Load, Mode, Task } from './load.ts';
import { pingpong } from './pingpong.ts';
import { noWork, type Work } from './result.ts';
import { stream } from './stream.ts';
import type { Tally } from './tally.ts';
import { Visits } from './visits.ts';

/** After the time: how long nothing may come before what is still owed is given up, ms. */
const silencePatienceMs = 2000;
/** And how long it is waited for at most while some of it comes, ms. */
const endPatienceMs = 10_000;
const lookMs = 50;

export type Plan = Omit<Task, 'idle'> & { readonly mode: Mode; readonly durationMs: number };

/** What a run is at. */
export type Phase = 'connecting' | 'running' | 'ending';

const loadOf = (task: Task, mode: Mode): Load => {
  if (task.endpoint.transport === 'udp') return new Datagrams(task);
  switch (mode) {
    case 'pingpong':
      return pingpong(task);
    case 'stream':
      return stream(task);
    case 'connect':
      return new Visits(task);
    default:
      return mode satisfies never;
  }
};

/** One bench from its first connection to its last. What it counts can be looked at while it goes on. */
export class Run {
  readonly tally: Tally;
  readonly #load: Load;
  readonly #durationMs: number;
  readonly #idle = Promise.withResolvers<void>();
  #phase: Phase = 'connecting';
  #startMs = 0;
  #loop = performance.eventLoopUtilization();
  #work: Work | null = null;

  constructor(plan: Plan) {
    this.tally = plan.tally;
    this.#durationMs = plan.durationMs;
    this.#load = loadOf({ ...plan, idle: () => this.#ended() }, plan.mode);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** What has been done, of the time that was given. */
  get work(): Work {
    if (this.#work !== null) return this.#work;
    if (this.#startMs === 0) return noWork;
    const { roundTrips, bytes } = this.tally;
    const { utilization: busy } = performance.eventLoopUtilization(this.#loop);
    return { seconds: (performance.now() - this.#startMs) / 1000, roundTrips, bytes, busy };
  }

  /** Resolves when it is over, at the latest some seconds after its time; soon once `over` is aborted. */
  async run(over: AbortSignal): Promise<void> {
    const cut = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.#load.open(), cut]);
    if (!over.aborted) await this.#measure(cut);
    this.#work ??= this.work;
    if (!over.aborted) await this.#collect(cut, over);
    this.#load.close();
  }

  async #measure(cut: Promise<void>): Promise<void> {
    this.#phase = 'running';
    this.#startMs = performance.now();
    this.#loop = performance.eventLoopUtilization();
    const time = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#work = this.work;
      time.resolve();
    }, this.#durationMs);
    this.#load.start();
    await Promise.race([time.promise, this.#idle.promise, cut]);
    clearTimeout(timer);
  }

  /** Waits for what is owed. */
  async #collect(cut: Promise<void>, over: AbortSignal): Promise<void> {
    this.#phase = 'ending';
    const beganMs = performance.now();
    let bytes = this.tally.bytes;
    let lastMs = beganMs;
    const timer = setInterval(() => {
      const now = performance.now();
      if (bytes !== this.tally.bytes) lastMs = now;
      bytes = this.tally.bytes;
      if (now - lastMs >= silencePatienceMs || now - beganMs >= endPatienceMs) this.#idle.resolve();
    }, lookMs);
    this.#load.stop();
    await Promise.race([this.#idle.promise, cut]);
    clearInterval(timer);
    if (!over.aborted) this.#load.settle(performance.now() - lastMs);
  }

  /** The last connection may be gone long before the time is up. */
  #ended(): void {
    if (this.#startMs > 0) this.#work ??= this.work;
    this.#idle.resolve();
  }
}
