import { escapeBytes } from '../../text/escapes.ts';
import { exact, roundTrip } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import type { Entry, Note, Received } from './transcript.ts';

/**
 * The chat as text, one line an entry: the time (ISO 8601, UTC), `→` (to the server), `←` (to the client), `·` or `!`,
 * and the bytes with the escapes that the prompt reads. Behind a tab: skipped bytes, differences and the round trip.
 */
export const transcriptText = (entries: readonly Entry[]): string =>
  entries.map((entry) => `${new Date(entry.at).toISOString()} ${lineOf(entry)}\n`).join('');

const lineOf = (entry: Entry): string => {
  if (entry.kind === 'note') return `${entry.tone === 'error' ? '!' : '·'} ${noteText(entry)}`;
  const facts = [
    ...(entry.skipped > 0 ? [`${exact(entry.skipped)} B more`] : []),
    ...(entry.kind === 'received' ? echoFlaws(entry) : []),
    ...(entry.kind === 'received' && entry.roundTripMs !== null ? [roundTrip(entry.roundTripMs)] : []),
  ];
  const tail = facts.length === 0 ? '' : `\t${facts.join(', ')}`;
  return `${entry.kind === 'sent' ? '→' : '←'} ${escapeBytes(entry.bytes)}${tail}`;
};

/** A note in one line, and how often it came. */
export const noteText = ({ text, count }: Note): string =>
  count === 1 ? printable(text) : `${printable(text)} ×${exact(count)}`;

/** How an answer differs from an echo. Bytes are counted from 1, as cmp(1) does. */
export const echoFlaws = ({ differsAt, differsWithin, missing }: Received): readonly string[] => [
  ...(differsAt === null ? [] : [differing(differsAt + 1, differsWithin)]),
  ...(missing === 0 ? [] : [`≠ ${exact(missing)} B missing`]),
];

const differing = (first: number, within: number): string =>
  within === 1 ? `≠ at byte ${exact(first)}` : `≠ in bytes ${exact(first)} to ${exact(first + within - 1)}`;
