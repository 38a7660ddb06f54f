import type { Plan } from './driver.ts';
import type { ThreadShare } from './part.ts';
import type { Work } from './result.ts';
import type { CountersData, Counts } from './tally.ts';

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
