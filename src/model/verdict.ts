import type { Row } from '../memory/ledger/row.ts';
import { isStream, unknownHost } from '../text/endpoint.ts';
import { duration, plural, size } from '../text/format.ts';

/**
 * How a connection went, in one sentence: who ended it, what had moved, and whether all of it went back. Null while it
 * is open. A clean end is told in the order of events; anything else begins with its cause.
 */
export const verdictOf = (row: Row): string | null => {
  if (row.how === null || row.at.close === null) return null;
  const parts = row.how === 'fin' && isStream(row.transport) ? cleanly(row) : cutShort(row);
  return parts.filter((part) => part !== '').join('; ');
};

const cleanly = (row: Row): readonly string[] => {
  const whole = row.at.finReceived !== null;
  const end = whole
    ? row.ourEnd === 'acknowledged'
      ? 'closed cleanly'
      : 'closed'
    : `${endedByUs(row)}, ${peerEnd(row)}`;
  return [traffic(row), whole ? firstFin(row) : '', balance(row), `${end} after ${lasted(row)}`, arrival(row)];
};

const peerEnd = ({ ourEnd }: Row): string =>
  ourEnd === 'acknowledged' ? 'with the FIN of the peer unread' : 'no FIN from the peer was read';

const cutShort = (row: Row): readonly string[] => {
  const owed = row.discipline === 'chunk' ? row.bytesIn - row.bytesOut : 0;
  const rest = owed > 0 ? ` with ${size(owed)} not echoed` : '';
  return [`${cause(row)}${rest}, after ${lasted(row)}`, traffic(row), owed > 0 ? '' : balance(row), arrival(row)];
};

/** Why the kernel ends a connection with an errno: tcp(7), ip(7), sock_diag(7). */
const errorWords: ReadonlyMap<string, string> = new Map([
  ['ETIMEDOUT', 'the peer answers no more'],
  ['EHOSTUNREACH', 'there is no way to the peer any more'],
  ['ENETUNREACH', 'there is no way to the peer any more'],
  ['ECONNABORTED', 'this machine ended it'],
]);

/** RST where it is known to have gone out. */
const endedByUs = ({ ourEnd }: Row): string => (ourEnd === 'rst' ? 'reset by us' : 'closed by us');

/**
 * What is not known of the bytes that we sent: the kernel took them, and without the acknowledgement of our FIN nobody says
 * how many the peer has. No datagram is acknowledged.
 */
const arrival = ({ transport, ourEnd, bytesOut, at }: Row): string => {
  if (!isStream(transport) || ourEnd === 'acknowledged') return '';
  const fin = ourEnd === 'unacknowledged' ? 'our FIN was not acknowledged' : '';
  const bytes = bytesOut > 0 ? `not known how much of ${size(bytesOut)} arrived` : '';
  const unasked = fin === '' && bytes === '' && at.finSent !== null ? 'not known whether our FIN arrived' : '';
  return [fin, bytes, unasked].filter((part) => part !== '').join(', ');
};

/** Who or what ended it. */
const cause = (row: Row): string => {
  const { how, error, transport, peer, at, activeAt } = row;
  const silent = duration(Math.max(0, (at.close ?? activeAt) - activeAt));
  switch (how) {
    case 'reset':
      if (error === null) return endedByUs(row);
      return `reset by peer (${error})${peer === unknownHost ? ' before it was accepted' : ''}`;
    case 'idle':
      return `${endedByUs(row)}: idle ${silent}`;
    case 'limit':
      return error === 'ENOMEM'
        ? `${endedByUs(row)}: it held most when all connections together reached --max-memory`
        : `${endedByUs(row)}: it held more than --max-buffer allows`;
    case 'shutdown':
      return isStream(transport) ? `${endedByUs(row)}: the server stopped` : 'forgotten: the server stopped';
    case 'expired':
      return `forgotten: no datagram for ${silent}`;
    case 'error':
      return `broken off: ${errorWords.get(error ?? '') ?? 'an error'} (${error ?? 'unknown'})`;
    case 'fin':
      return 'forgotten at our wish';
    case null:
      return 'open';
    default:
      return how satisfies never;
  }
};

const traffic = ({ transport, reads, bytesIn, bytesOut, at }: Row): string => {
  if (reads === 0 && isStream(transport) && at.finReceived === null) return 'nothing was read';
  if (reads === 0) return bytesOut === 0 ? 'nothing was ever sent' : 'nothing received';
  const unit = isStream(transport) ? 'read' : 'datagram';
  return `${plural(reads, unit)}, ${size(bytesIn)}`;
};

const firstFin = ({ at }: Row): string =>
  at.finSent !== null && at.finReceived !== null && at.finSent < at.finReceived
    ? 'we half-closed first'
    : 'the peer sent FIN first';

/** How much of what came in went back. */
const balance = ({ bytesIn, bytesOut, discipline, transport, at }: Row): string => {
  if (bytesIn === 0 && bytesOut === 0) return '';
  if (bytesOut > bytesIn) return `${size(bytesOut)} sent, ${size(bytesOut - bytesIn)} of them our own`;
  if (bytesOut === bytesIn) return `all ${size(bytesIn)} echoed`;
  if (discipline === 'none')
    return bytesOut === 0 ? 'nothing echoed (echo none)' : `${size(bytesOut)} sent (echo none)`;
  if (discipline === 'eof' && isStream(transport) && at.finReceived === null && bytesOut === 0)
    return `${size(bytesIn)} held for a FIN that was never read (echo eof)`;
  return `${size(bytesIn - bytesOut)} of ${size(bytesIn)} not echoed`;
};

const lasted = ({ at }: Row): string => duration(Math.max(0, (at.close ?? 0) - (at.accept ?? 0)));
