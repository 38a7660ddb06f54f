import { monotonicMs } from '../memory/clock.ts';
import type { Recorder } from '../memory/recorder/recorder.ts';

/**
 * Time between two messages to a reader, ms, unless `largeBytes` wait: each wakes the main thread, which takes a processor
 * from another thread. At 10 ms a connection cost a sixth more in all; with a message in each turn of the loop the connection
 * rate fell by a third (measured).
 */
const spacingMs = 50;
/** With so much in the ring since the last message the next one goes at once. */
const largeBytes = 1 << 20;

/** Tells a reader on the main thread, where one waits, that there are new records: at once, or soon after the last time. */
export class ReaderWake {
  readonly #recorder: Pick<Recorder, 'position' | 'told'>;
  readonly #tell: () => void;
  /** When it goes: in this turn of the event loop, or with the timer. */
  #scheduled: 'nothing' | 'immediate' | 'timer' = 'nothing';
  #timer: NodeJS.Timeout | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;
  #toldAt = 0;

  constructor(recorder: Pick<Recorder, 'position' | 'told'>, tell: () => void) {
    this.#recorder = recorder;
    this.#tell = tell;
  }

  /** A record was written that a reader waits for. Called for each. */
  wanted(): void {
    if (this.#scheduled === 'immediate') return;
    const isLarge = this.#recorder.position - this.#toldAt >= largeBytes;
    if (this.#scheduled === 'timer' && !isLarge) return;
    const waitMs = isLarge ? 0 : this.#toldMs + spacingMs - monotonicMs();
    clearTimeout(this.#timer);
    this.#scheduled = waitMs <= 0 ? 'immediate' : 'timer';
    if (waitMs <= 0) setImmediate(() => this.#wake());
    else this.#timer = setTimeout(() => this.#wake(), waitMs);
  }

  #wake(): void {
    this.#scheduled = 'nothing';
    this.#toldMs = monotonicMs();
    this.#toldAt = this.#recorder.position;
    this.#recorder.told();
    this.#tell();
  }
}
