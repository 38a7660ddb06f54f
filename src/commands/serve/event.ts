import type { Note } from '../../memory/journal/note.ts';
import type { Ending, Totals } from '../../memory/ledger/row.ts';
import { type Endpoint, formatEndpoint, type Transport, transports } from '../../text/endpoint.ts';
import { explain, type Fault } from '../../text/fault.ts';

import { printable } from '../../text/printable.ts';

/**
 * What `serve` tells, in the fields that scripts rely on. `peer` and `local` are `host:port`, an endpoint is
 * `tcp://host:port`, bytes are application bytes.
 */
export type ServeEvent =
  /** Connecting there works from now on; `endpoint` has the real port. */
  | { readonly event: 'listening'; readonly endpoint: string }
  | {
      readonly event: 'open';
      readonly id: number;
      readonly transport: Transport;
      readonly peer: string;
      readonly local: string;
    }
  | { readonly event: 'half-close'; readonly id: number; readonly by: 'peer' | 'local' }
  /** What a peer sent, as `--data` asks for it: one text, in pieces that can be had once. */
  | { readonly event: 'data'; readonly id: number; readonly data: Iterable<string> }
  | {
      readonly event: 'close';
      readonly id: number;
      readonly transport: Transport;
      readonly peer: string;
      readonly bytesIn: number;
      readonly bytesOut: number;
      readonly reads: number;
      readonly writes: number;
      /** From accept to the end, to the microsecond. */
      readonly seconds: number;
      readonly how: Ending;
      /** errno name, where an error ended it. */
      readonly error?: string;
    }
  | { readonly event: 'refused'; readonly peer: string; readonly why: 'denied' | 'max-connections' }
  | ({ readonly event: 'stats' | 'stopped' } & Totals)
  /** A call failed. `message` is one line for people. */
  | {
      readonly event: 'error';
      readonly stage: Fault['stage'];
      readonly code: string;
      readonly message: string;
      readonly endpoint: string;
    };

/** An event and when it came about, monotonic ms. */
export interface TimedEvent {
  readonly at: number;
  readonly event: ServeEvent;
}

export const openEvent = ({ id, transport, peer, local }: Extract<Note, { type: 'open' }>): ServeEvent => ({
  event: 'open',
  id,
  transport,
  peer,
  local,
});

export const closeEvent = (note: Extract<Note, { type: 'close' }>): ServeEvent => {
  const { id, transport, peer, bytesIn, bytesOut, reads, writes, ms, how, error } = note;
  const seconds = Math.round(ms * 1e3) / 1e6;
  const event = 'close';
  // Not spread: that takes longer than all the rest.
  return error === null
    ? { event, id, transport, peer, bytesIn, bytesOut, reads, writes, seconds, how }
    : { event, id, transport, peer, bytesIn, bytesOut, reads, writes, seconds, how, error };
};

export const listeningEvent = (endpoint: Endpoint): ServeEvent => ({
  event: 'listening',
  endpoint: formatEndpoint(endpoint),
});

export const faultEvent = (fault: Fault): ServeEvent => ({
  event: 'error',
  stage: fault.stage,
  code: fault.code,
  message: explain(fault),
  endpoint: formatEndpoint(fault.endpoint),
});

/**
 * The thread of the sockets is gone: for each listener the call that it would have made next. `code` is Node's own
 * (`ERR_WORKER_OUT_OF_MEMORY`), `UNKNOWN` where it gives none.
 */
export const lossEvents = (error: Error, endpoints: readonly Endpoint[]): readonly ServeEvent[] =>
  endpoints.map((endpoint) => ({
    event: 'error',
    stage: transports[endpoint.transport].carries === 'stream' ? 'accept' : 'recv',
    code: 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN',
    message: printable(`the wire thread failed: ${error.message}`),
    endpoint: formatEndpoint(endpoint),
  }));

export const totalsEvent = (
  event: 'stats' | 'stopped',
  { open, served, refused, bytesIn, bytesOut }: Totals,
): ServeEvent => ({ event, open, served, refused, bytesIn, bytesOut });
