import { type Endpoint, shortEndpoint } from '../../../text/endpoint.ts';
import { explain, type Fault } from '../../../text/fault.ts';
import { exact, hexByte, plural, roundTrip } from '../../../text/format.ts';
import { printable } from '../../../text/printable.ts';

/** A failure of one connection. `connection` counts from 1, an `offset` from 0, in bytes of all that came back. */
export type LoadFailure = { readonly connection: number } & (
  | { readonly type: 'fault'; readonly fault: Fault }
  /** No handshake ended for so long, and this one was given up. */
  | { readonly type: 'waiting'; readonly waitedMs: number }
  /** The peer closed with FIN while it owed so many bytes. `halfClosed`: we had half-closed. */
  | { readonly type: 'closed'; readonly offset: number; readonly owed: number; readonly halfClosed: boolean }
  /** The `owed` bytes, or the peer's FIN, had not come at the end. */
  | { readonly type: 'silent'; readonly offset: number; readonly owed: number; readonly waitedMs: number }
  /** No answer came to this datagram, counted from 1. */
  | { readonly type: 'lost'; readonly datagram: number; readonly waitedMs: number }
  /** One more answer to a datagram that was answered. */
  | { readonly type: 'repeated'; readonly datagram: number }
  | { readonly type: 'wrong'; readonly offset: number; readonly sent: number; readonly received: number }
  /** A byte that was not sent, or not yet. */
  | { readonly type: 'early'; readonly offset: number }
  /** The answer to a datagram is of another length. */
  | { readonly type: 'length'; readonly datagram: number; readonly sent: number; readonly received: number }
);

/** Whether it counts as corrupt data; every other failure counts as an error. */
export const isCorrupt = ({ type }: LoadFailure): boolean => type === 'wrong' || type === 'early' || type === 'length';

/** Failures of the same kind are reported as one, with their number. */
export const kindOf = (failure: LoadFailure): string =>
  failure.type === 'fault' ? `${failure.fault.stage} ${failure.fault.code}` : failure.type;

const bytes = (count: number): string => plural(count, 'byte');

const failureText = (failure: Exclude<LoadFailure, { type: 'fault' }>): string => {
  switch (failure.type) {
    case 'waiting':
      return `connect: no answer for ${roundTrip(failure.waitedMs)} (ETIMEDOUT) — is the server's backlog full? Try fewer connections`;
    case 'closed': {
      if (failure.owed === 0) return `recv: the peer closed at offset ${exact(failure.offset)}, before the end`;
      const cause =
        failure.halfClosed && failure.offset === 0
          ? ' — some drop their reply at a half-close; try --no-half-close'
          : '';
      return `recv: the peer closed at offset ${exact(failure.offset)}, ${bytes(failure.owed)} short${cause}`;
    }
    case 'silent': {
      const { offset, owed, waitedMs } = failure;
      const missing = owed === 0 ? 'the peer has not closed' : `${bytes(owed)} short`;
      return `recv: silence for ${roundTrip(waitedMs)} (ETIMEDOUT) at offset ${exact(offset)}, ${missing}`;
    }
    case 'lost':
      return `recv: no answer to datagram ${exact(failure.datagram)} within ${roundTrip(failure.waitedMs)} — is its buffer full? Try fewer connections`;
    case 'repeated':
      return `recv: datagram ${exact(failure.datagram)} was answered more than once`;
    case 'wrong': {
      const { offset, sent, received } = failure;
      return `recv: the echo differs at offset ${exact(offset)}: ${hexByte(received)}, not ${hexByte(sent)}`;
    }
    case 'early':
      return `recv: no echo: the byte at offset ${exact(failure.offset)} came before it was sent`;
    case 'length': {
      const { datagram, sent, received } = failure;
      return `recv: the answer to datagram ${exact(datagram)} has ${bytes(received)}, not ${exact(sent)}`;
    }
    default:
      return failure satisfies never;
  }
};

/** A failure as one line: the stage, the endpoint, what happened `count` times, and on which connection first. */
export const explainFailure = (failure: LoadFailure, count: number, endpoint: Endpoint): string => {
  const what =
    failure.type === 'fault'
      ? explain(failure.fault)
      : failureText(failure).replace(':', `: ${shortEndpoint(endpoint)}:`);
  const times = count === 1 ? '' : `${exact(count)} times, first `;
  return printable(`${what} (${times}on connection ${failure.connection})`);
};
