import type { Endpoint } from '../text/endpoint.ts';
import type { ThreadShare } from './part.ts';
import type { Counters } from './tally.ts';

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
