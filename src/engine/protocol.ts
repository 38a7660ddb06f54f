import type { Discipline } from '../ledger/row.ts';
import type { Endpoint } from '../text/endpoint.ts';
import type { Fault, Stage } from '../text/fault.ts';

export type { Endpoint, Fault, Stage };

/** What the worker is started with. */
export interface WireOptions {
  readonly ledger: SharedArrayBuffer;
  readonly discipline: Discipline;
  /** Length of the queue of connections not yet accepted, listen(2). */
  readonly backlog: number;
  readonly maxConnections: number;
  /** Slots kept for connections that have closed. */
  readonly recent: number;
}

/** Main thread to worker. */
export type Command =
  | { readonly type: 'listen'; readonly endpoints: readonly Endpoint[] }
  | { readonly type: 'connect'; readonly endpoint: Endpoint }
  | { readonly type: 'send'; readonly id: number; readonly bytes: Uint8Array }
  /** The client's own half-close: shutdown(SHUT_WR). */
  | { readonly type: 'finish' }
  | { readonly type: 'disconnect' }
  /** The main thread has taken so many `received` events with so many bytes in them. */
  | { readonly type: 'credit'; readonly events: number; readonly bytes: number }
  | { readonly type: 'stop'; readonly graceMs: number };

/** What the embedded client tells. Times are monotonic ms. */
export type ClientEvent =
  | { readonly type: 'connecting'; readonly at: number; readonly endpoint: Endpoint }
  /** `local` is our end, `host:port`: the same text as the `peer` of its row at the server. */
  | { readonly type: 'connected'; readonly at: number; readonly endpoint: Endpoint; readonly local: string }
  /** A message was handed to the kernel. */
  | { readonly type: 'sent'; readonly at: number; readonly id: number; readonly bytes: Uint8Array }
  /**
   * Bytes came back. `id` is the message they answer by position in the stream (null: nothing was waiting);
   * `roundTripMs` is set on the piece that completes it. `skipped` bytes are not in `bytes`, because more came than
   * the main thread had taken.
   */
  | {
      readonly type: 'received';
      readonly at: number;
      readonly id: number | null;
      readonly bytes: Uint8Array;
      readonly skipped: number;
      readonly roundTripMs: number | null;
    }
  /** The peer half-closed. */
  | { readonly type: 'ended'; readonly at: number }
  /** Gone; `fault` says why where it was not asked for. `unanswered` messages had no full reply. */
  | {
      readonly type: 'disconnected';
      readonly at: number;
      readonly endpoint: Endpoint;
      readonly fault: Fault | null;
      readonly unanswered: number;
    };

/** Worker to main thread: rare things only, never one message for each chunk on the wire. */
export type WireEvent =
  /** Every listener of one `listen` command is up, real ports included, in the order of the command. */
  | { readonly type: 'listening'; readonly endpoints: readonly Endpoint[] }
  /** None of them is: the first that failed, and why. */
  | { readonly type: 'refused'; readonly fault: Fault }
  | { readonly type: 'fault'; readonly fault: Fault }
  | { readonly type: 'client'; readonly event: ClientEvent }
  | { readonly type: 'stopped' };
