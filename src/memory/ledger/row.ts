/** Plain data that the ledger's reader makes, and the words in it. */

import type { Transport } from '../../text/endpoint.ts';

/** TCP states as RFC 9293 names them, as far as an application can see them. */
export const states = ['ESTABLISHED', 'CLOSE_WAIT', 'FIN_WAIT', 'LAST_ACK', 'CLOSING', 'CLOSED'] as const;
export type State = (typeof states)[number];

/** How a connection ended. */
export const endings = ['fin', 'reset', 'idle', 'limit', 'error', 'shutdown', 'expired'] as const;
export type Ending = (typeof endings)[number];

/**
 * What is known of the end of our side of a closed TCP connection. `acknowledged`: the peer's system has our FIN, and with
 * it every byte. `unacknowledged`: it did not say so in time. `rst`: we sent RST. `unknown`: nobody could be asked, or
 * another end came before.
 */
export const ourEnds = ['unknown', 'acknowledged', 'unacknowledged', 'rst'] as const;
export type OurEnd = (typeof ourEnds)[number];

/** When received bytes are echoed: as they arrive (RFC 862), by line, once the peer half-closes, never (RFC 863). */
export const disciplines = ['chunk', 'line', 'eof', 'none'] as const;
export type Discipline = (typeof disciplines)[number];

/** The moments of a connection's life, in the order in which the ledger keeps them. */
export const moments = ['accept', 'recv', 'send', 'finReceived', 'finSent', 'close'] as const;
export type Moment = (typeof moments)[number];

/** One connection, as its slot of the ledger has it. */
export interface Row {
  /** Index in the ledgers of the wire. Another connection gets it some time after this one has closed. */
  readonly slot: number;
  /** Number of the connection since the start, from 1. */
  readonly id: number;
  readonly transport: Transport;
  /** `host:port`, IPv6 in brackets. */
  readonly peer: string;
  /** `host:port` of our end. */
  readonly local: string;
  readonly state: State;
  readonly discipline: Discipline;
  /** How it ended, null while it is open. */
  readonly how: Ending | null;
  /** errno name (`ECONNRESET`) where an error ended it. */
  readonly error: string | null;
  readonly ourEnd: OurEnd;
  /** Application bytes received. */
  readonly bytesIn: number;
  /** Application bytes that the kernel has taken from us. */
  readonly bytesOut: number;
  /** Calls of recv that returned bytes. */
  readonly reads: number;
  /** Buffers handed to the kernel in full. */
  readonly writes: number;
  /** Bytes that the discipline holds: `line` until a line feed, `eof` until the peer's FIN. */
  readonly held: number;
  /** True while we don't read, because the peer does not take what we owe it. */
  readonly stalled: boolean;
  /** True while we don't read, because a user asked for it. */
  readonly paused: boolean;
  /** When the last byte moved in either direction, monotonic ms (see clock.ts). */
  readonly activeAt: number;
  /** Monotonic ms of each moment; null until it comes. */
  readonly at: Readonly<Record<Moment, number | null>>;
}

/** Sums over all connections since the start. */
export interface Totals {
  readonly open: number;
  /** Connections accepted since the start, the open ones included. */
  readonly served: number;
  readonly refused: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}
