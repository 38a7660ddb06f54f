import type { Counts, Work } from './counters.ts';
import type { LoadDriver, LoadResult } from './plan.ts';

/** After the time: how long no byte may come before what is still owed is given up, ms. */
const silenceTimeoutMs = 2000;
/** How long bytes may come after the time, ms. */
const endTimeoutMs = 10_000;
const checkMs = 50;

export type Phase = 'connecting' | 'running' | 'ending';

/** One bench from its first connection to its last. Its counts can be read while it runs. */
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

  /** What has been done so far, within the duration. */
  get work(): Work {
    return this.#driver.work;
  }

  get counts(): Counts {
    return this.#driver.counts;
  }

  /** Resolves some seconds after the duration at the latest, soon once `signal` is aborted. Rejects where a thread failed. */
  async run(signal: AbortSignal): Promise<LoadResult> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.#driver.open(), aborted]);
    if (!signal.aborted) await this.#measure(aborted);
    if (!signal.aborted) {
      const silentMs = await this.#collect(aborted);
      if (!signal.aborted) this.#driver.failUnanswered(silentMs);
    }
    return this.#driver.close();
  }

  async #measure(aborted: Promise<void>): Promise<void> {
    this.#phase = 'running';
    const time = Promise.withResolvers<void>();
    const timer = setTimeout(time.resolve, this.#durationMs);
    this.#driver.start();
    await Promise.race([time.promise, this.#driver.finished, aborted]);
    clearTimeout(timer);
  }

  /** Waits for what is owed. Resolves to the ms since something came. */
  async #collect(aborted: Promise<void>): Promise<number> {
    this.#phase = 'ending';
    const timeout = Promise.withResolvers<void>();
    const startMs = performance.now();
    let { bytes } = this.counts;
    let lastMs = startMs;
    const timer = setInterval(() => {
      const now = performance.now();
      if (bytes !== this.counts.bytes) lastMs = now;
      bytes = this.counts.bytes;
      if (now - lastMs >= silenceTimeoutMs || now - startMs >= endTimeoutMs) timeout.resolve();
    }, checkMs);
    this.#driver.stop();
    await Promise.race([this.#driver.finished, timeout.promise, aborted]);
    clearInterval(timer);
    return performance.now() - lastMs;
  }
}
