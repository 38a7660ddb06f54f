import type { Counts } from './counters.ts';
import type { LoadDriver, LoadResult } from './plan.ts';
import type { Work } from './result.ts';

/** After the time: how long nothing may come before what is still owed is given up, ms. */
const silencePatienceMs = 2000;
/** And how long it is waited for at most while some of it comes, ms. */
const endPatienceMs = 10_000;
const lookMs = 50;

/** What a run is at. */
export type Phase = 'connecting' | 'running' | 'ending';

/** One bench from its first connection to its last. What it counts can be looked at while it goes on. */
export class Measurement {
  readonly #driver: LoadDriver;
  readonly #durationMs: number;
  #phase: Phase = 'connecting';

  constructor(driver: LoadDriver, durationMs: number) {
    this.#driver = driver;
    this.#durationMs = durationMs;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** What has been done, of the time that was given. */
  get work(): Work {
    return this.#driver.work;
  }

  get counts(): Counts {
    return this.#driver.counts;
  }

  /**
   * Resolves when it is over, at the latest some seconds after its time; soon once `over` is aborted. Rejects where a
   * thread failed.
   */
  async run(over: AbortSignal): Promise<LoadResult> {
    const cut = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.#driver.open(), cut]);
    if (!over.aborted) await this.#measure(cut);
    if (!over.aborted) await this.#collect(cut, over);
    return this.#driver.close();
  }

  async #measure(cut: Promise<void>): Promise<void> {
    this.#phase = 'running';
    const time = Promise.withResolvers<void>();
    const timer = setTimeout(time.resolve, this.#durationMs);
    this.#driver.start();
    await Promise.race([time.promise, this.#driver.idle, cut]);
    clearTimeout(timer);
  }

  /** Waits for what is owed. */
  async #collect(cut: Promise<void>, over: AbortSignal): Promise<void> {
    this.#phase = 'ending';
    const patience = Promise.withResolvers<void>();
    const beganMs = performance.now();
    let { bytes } = this.counts;
    let lastMs = beganMs;
    const timer = setInterval(() => {
      const now = performance.now();
      if (bytes !== this.counts.bytes) lastMs = now;
      bytes = this.counts.bytes;
      if (now - lastMs >= silencePatienceMs || now - beganMs >= endPatienceMs) patience.resolve();
    }, lookMs);
    this.#driver.stop();
    await Promise.race([this.#driver.idle, patience.promise, cut]);
    clearInterval(timer);
    if (!over.aborted) this.#driver.settle(performance.now() - lastMs);
  }
}
