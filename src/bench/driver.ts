import type { Mode, Task } from './load.ts';
import type { Work } from './result.ts';
import type { Counters, Counts } from './tally.ts';

/** What is to be done, by one thread or by several. */
export type Plan = Pick<Task, 'endpoint' | 'host' | 'connections' | 'size'> & { readonly mode: Mode };

/** What came of it. */
export interface LoadResult {
  readonly work: Work;
  readonly counters: Counters;
}

/**
 * A load and the account of it, in this thread or in others. Its runner calls open, start, stop, settle and close in
 * this order, and may leave out all but the last.
 */
export interface LoadDriver {
  /** What has been done of the time that was given; can be looked at while it goes on. */
  readonly work: Work;
  /** All that has been counted, after the time too. */
  readonly counts: Counts;
  /** Resolves when there is nothing to wait for any more: it was stopped and all has come back, no connection is left, or a thread has failed. */
  readonly idle: Promise<void>;
  /** Resolves once every connection is established or has failed, or a thread has. */
  open(): Promise<void>;
  /** The time begins. */
  start(): void;
  /** The time is over: from here on nothing is begun; what was begun may end. */
  stop(): void;
  /** Tells as a failure what has not ended, after so many ms of silence. */
  settle(silentMs: number): void;
  /**
   * Ends all connections. Rejects where a thread that had a part in it has failed, or does not answer: nobody knows what
   * that one did. One that is still being loaded did nothing.
   */
  close(): Promise<LoadResult>;
}
