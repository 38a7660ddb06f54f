import { monotonicMs } from '../../memory/clock.ts';
import type { Note } from '../../memory/journal/note.ts';
import type { Totals } from '../../memory/ledger/row.ts';
import { type Endpoint, formatEndpoint, transports } from '../../text/endpoint.ts';
import { explain, type Fault } from '../../text/fault.ts';
import { printable } from '../../text/printable.ts';

/**
 * An event of `serve`. Scripts get all of its fields (see format.ts), so a field of a note is one of its event as well.
 * `peer` and `local` are `host:port`, an endpoint is `tcp://host:port`, bytes are application bytes, `at` is monotonic ms.
 */
export type ServeEvent =
  | Exclude<Note, { type: 'data' | 'message' }>
  /** What a peer sent, as `--data` asks for it: one text, in pieces that can be read once. */
  | { readonly type: 'data'; readonly at: number; readonly id: number; readonly data: Iterable<string> }
  /** Connecting there works from now on; `endpoint` has the real port. */
  | { readonly type: 'listening'; readonly at: number; readonly endpoint: string }
  | ({ readonly type: 'stats' | 'stopped'; readonly at: number } & Totals)
  /** A call failed. `message` is one line for people. */
  | {
      readonly type: 'error';
      readonly at: number;
      readonly stage: Fault['stage'];
      readonly code: string;
      readonly message: string;
      readonly endpoint: string;
    };

export const listeningEvent = (endpoint: Endpoint): ServeEvent => ({
  type: 'listening',
  at: monotonicMs(),
  endpoint: formatEndpoint(endpoint),
});

export const faultEvent = (fault: Fault): ServeEvent => ({
  type: 'error',
  at: monotonicMs(),
  stage: fault.stage,
  code: fault.code,
  message: explain(fault),
  endpoint: formatEndpoint(fault.endpoint),
});

/**
 * The thread of the sockets has failed: for each listener the call that it would have made next. `code` is Node's own
 * (`ERR_WORKER_OUT_OF_MEMORY`), `UNKNOWN` where it gives none.
 */
export const wireFailureEvents = (error: Error, endpoints: readonly Endpoint[]): readonly ServeEvent[] =>
  endpoints.map((endpoint) => ({
    type: 'error',
    at: monotonicMs(),
    stage: transports[endpoint.transport].carries === 'stream' ? 'accept' : 'recv',
    code: 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN',
    message: printable(`the wire thread failed: ${error.message}`),
    endpoint: formatEndpoint(endpoint),
  }));

export const totalsEvent = (
  type: 'stats' | 'stopped',
  { open, served, refused, bytesIn, bytesOut }: Totals,
): ServeEvent => ({ type, at: monotonicMs(), open, served, refused, bytesIn, bytesOut });
