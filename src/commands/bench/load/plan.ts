import type { Endpoint } from '../../../text/endpoint.ts';
import type { Counters, CountersData, Counts } from './counters.ts';
import type { Work } from './result.ts';

/** Which of the threads that share a bench out this is. */
export interface ThreadShare {
  /** Counts from 0. */
  readonly thread: number;
  readonly threads: number;
}

/** How many of `count` things a part gets: as many as any other, or one more. */
export const shareOf = (count: number, { thread, threads }: ThreadShare): number =>
  Math.ceil((count - thread) / threads);

/** The number of a part's `nth` connection, both counted from 1: no other connection of the bench has it, in no thread. */
export const numberOf = (nth: number, { thread, threads }: ThreadShare): number => (nth - 1) * threads + thread + 1;

export type Mode = 'pingpong' | 'stream' | 'connect';
export const modes = ['pingpong', 'stream', 'connect'] as const satisfies readonly Mode[];

/** What a load is to do. */
export interface Task {
  readonly endpoint: Endpoint;
  /** The address of the endpoint's host. */
  readonly host: string;
  /** How many at once, of this part. */
  readonly connections: number;
  /** Bytes sent at once. */
  readonly size: number;
  readonly part: ThreadShare;
  readonly counters: Counters;
  /** Called when there is nothing to wait for any more: it was stopped and all has come back, or no connection is left. */
  readonly idle: () => void;
}

/** A way to load an echo server. Its runner calls open, start, stop, settle and close, in this order. */
export interface Load {
  /** Resolves once every connection is established or has failed. */
  open(): Promise<void>;
  start(): void;
  /** From here on nothing is begun; what was begun may end. */
  stop(): void;
  /** Tells as a failure what has not ended, after so many ms of silence. */
  settle(silentMs: number): void;
  /** Ends all connections. May be called at any time. */
  close(): void;
}

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

/** What a thread of a bench is started with. */
export interface Assignment {
  /** What this thread has to do. */
  readonly plan: Plan;
  readonly part: ThreadShare;
}

/** What the main thread has the others do: the calls of a driver. */
export type LoadCommand =
  | { readonly type: 'open' }
  /** The time of all threads began at this moment of their common clock. */
  | { readonly type: 'start'; readonly atMs: number }
  | { readonly type: 'stop' }
  | { readonly type: 'settle'; readonly silentMs: number }
  | { readonly type: 'close' };

/** What they tell; `closed` is the last. */
export type LoadEvent =
  /** It is loaded, and takes orders. */
  | { readonly type: 'ready' }
  | { readonly type: 'opened' }
  /** How far it is, from time to time. */
  | { readonly type: 'progress'; readonly work: Work; readonly counts: Counts }
  | { readonly type: 'idle' }
  | { readonly type: 'closed'; readonly work: Work; readonly data: CountersData };
