import type { Plan } from './driver.ts';
import type { Part } from './part.ts';
import type { Work } from './result.ts';
import type { Counts, Tallied } from './tally.ts';

/** What a thread of a bench is started with. */
export interface Assignment {
  /** What this thread has to do. */
  readonly plan: Plan;
  readonly part: Part;
}

/** What the main thread has the others do: the calls of a driver. */
export type Order =
  | { readonly type: 'open' }
  /** The time of all threads began at this moment of their common clock. */
  | { readonly type: 'start'; readonly atMs: number }
  | { readonly type: 'stop' }
  | { readonly type: 'settle'; readonly silentMs: number }
  | { readonly type: 'close' };

/** What they tell; `closed` is the last. */
export type Told =
  /** It is loaded, and takes orders. */
  | { readonly type: 'ready' }
  | { readonly type: 'opened' }
  /** How far it is, from time to time. */
  | { readonly type: 'progress'; readonly work: Work; readonly counts: Counts }
  | { readonly type: 'idle' }
  | { readonly type: 'closed'; readonly work: Work; readonly tallied: Tallied };
