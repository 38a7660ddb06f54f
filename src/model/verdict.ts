import type { Row } from '../memory/ledger/row.ts';
import { isStream } from '../text/endpoint.ts';
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
  const { finReceived } = row.at;
  const whole = finReceived !== null;
  return [
    traffic(row),
    whole ? firstFin(row) : '',
    balance(row),
    `${whole ? 'closed cleanly' : 'closed by us, no FIN from the peer'} after ${lasted(row)}`,
  ];
};

const cutShort = (row: Row): readonly string[] => {
  const owed = row.discipline === 'chunk' ? row.bytesIn - row.bytesOut : 0;
  const rest = owed > 0 ? ` with ${size(owed)} not yet echoed` : '';
  return [`${cause(row)}${rest}, after ${lasted(row)}`, traffic(row), owed > 0 ? '' : balance(row)];
};

/** Why the kernel ends a connection with an errno: tcp(7), ip(7), sock_diag(7). */
const errorWords: ReadonlyMap<string, string> = new Map([
  ['ETIMEDOUT', 'the peer answers no more'],
  ['EHOSTUNREACH', 'there is no way to the peer any more'],
  ['ENETUNREACH', 'there is no way to the peer any more'],
  ['ECONNABORTED', 'this machine ended it'],
]);

/** Who or what ended it. */
const cause = ({ how, error, transport, at, activeAt }: Row): string => {
  const silent = duration(Math.max(0, (at.close ?? activeAt) - activeAt));
  switch (how) {
    case 'reset':
      return error === null ? 'reset by us' : `reset by peer (${error})`;
    case 'idle':
      return `closed by us: idle ${silent}`;
    case 'limit':
      return 'reset by us: it held more than --max-buffer allows';
    case 'shutdown':
      return isStream(transport) ? 'closed by us: the server stopped' : 'forgotten: the server stopped';
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

const traffic = ({ transport, reads, bytesIn, bytesOut }: Row): string => {
  if (reads === 0) return bytesOut === 0 ? 'nothing was ever sent' : 'nothing received';
  const unit = isStream(transport) ? 'read' : 'datagram';
  return `${plural(reads, unit)}, ${size(bytesIn)}`;
};

const firstFin = ({ at }: Row): string =>
  at.finSent !== null && at.finReceived !== null && at.finSent < at.finReceived
    ? 'we half-closed first'
    : 'half-closed first';

/** How much of what came in went back. */
const balance = ({ bytesIn, bytesOut, discipline, transport, at }: Row): string => {
  if (bytesIn === 0 && bytesOut === 0) return '';
  if (bytesOut > bytesIn) return `${size(bytesOut)} sent, ${size(bytesOut - bytesIn)} of them our own`;
  if (bytesOut === bytesIn) return `all ${size(bytesIn)} echoed`;
  if (discipline === 'none')
    return bytesOut === 0 ? 'nothing echoed (echo none)' : `${size(bytesOut)} sent (echo none)`;
  if (discipline === 'eof' && isStream(transport) && at.finReceived === null && bytesOut === 0)
    return `${size(bytesIn)} held for a FIN that never came (echo eof)`;
  return `${size(bytesIn - bytesOut)} of ${size(bytesIn)} not echoed`;
};

const lasted = ({ at }: Row): string => duration(Math.max(0, (at.close ?? 0) - (at.accept ?? 0)));
