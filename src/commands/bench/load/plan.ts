import type { Endpoint } from '../../../text/endpoint.ts';
import type { Counters, CountersData, Counts, Work } from './counters.ts';

/** One of the threads that share a bench. */
export interface ThreadShare {
  /** Counts from 0. */
  readonly thread: number;
  readonly threads: number;
}

/** How many of `count` things a thread gets: as many as any other, or one more. */
export const shareOf = (count: number, { thread, threads }: ThreadShare): number =>
  Math.ceil((count - thread) / threads);

/** The number of a thread's `nth` connection, both counted from 1, unique in all threads. */
export const numberOf = (nth: number, { thread, threads }: ThreadShare): number => (nth - 1) * threads + thread + 1;

export type Mode = 'pingpong' | 'stream' | 'connect';
export const modes = ['pingpong', 'stream', 'connect'] as const satisfies readonly Mode[];

/** The work to do, of one thread or of all. */
export interface Plan {
  readonly endpoint: Endpoint;
  /** The address of the endpoint's host. */
  readonly host: string;
  readonly mode: Mode;
  /** Connections at once. */
  readonly connections: number;
  /** Bytes sent at once. */
  readonly size: number;
  /** In connect mode we close once all has come back, in place of a half-close behind what was sent. */
  readonly noHalfClose: boolean;
}

/** The work of one thread, and where it is counted. */
export interface Task extends Omit<Plan, 'mode'> {
  readonly share: ThreadShare;
  readonly counters: Counters;
  /** Called when nothing more will happen: the load was stopped and all has come back, or no connection is left. */
  readonly finished: () => void;
}

/** A way to load an echo server. The methods are called in this order; any but `close` may be left out. */
export interface Load {
  /** Resolves when every connection is established or has failed. */
  open(): Promise<void>;
  start(): void;
  /** Begins nothing any more; what was begun goes on. */
  stop(): void;
  /** Counts what has not come back, after so many ms of silence, as failures. */
  failUnanswered(silentMs: number): void;
  /** Ends all connections. */
  close(): void;
}

export interface LoadResult {
  readonly work: Work;
  readonly counters: Counters;
}

/** A load with its counters, in this thread or in several others. */
export interface LoadDriver extends Omit<Load, 'close'> {
  /** What has been done so far, of the time between `start` and `stop`. */
  readonly work: Work;
  /** All that has been counted so far, after the time too. */
  readonly counts: Counts;
  /** Resolves when nothing more will happen (see Task), or when a thread has failed. */
  readonly finished: Promise<void>;
  /**
   * Ends all connections. Rejects where a thread has failed or does not answer, because its counts are unknown. A thread
   * that is still being loaded did nothing.
   */
  close(): Promise<LoadResult>;
}

/** What a thread is started with. */
export interface Assignment {
  readonly plan: Plan;
  readonly share: ThreadShare;
}

/** From the main thread to the others: the calls of a driver. */
export type LoadCommand =
  | { readonly type: 'open' }
  /** `atMs`: when the time of all threads began, on their common clock. */
  | { readonly type: 'start'; readonly atMs: number }
  | { readonly type: 'stop' }
  | { readonly type: 'fail-unanswered'; readonly silentMs: number }
  | { readonly type: 'close' };

/** From the threads to the main thread; `closed` is the last. */
export type LoadEvent =
  /** It is loaded, and takes commands. */
  | { readonly type: 'ready' }
  | { readonly type: 'opened' }
  /** Sent from time to time. */
  | { readonly type: 'progress'; readonly work: Work; readonly counts: Counts }
  | { readonly type: 'finished' }
  | { readonly type: 'closed'; readonly work: Work; readonly data: CountersData };
