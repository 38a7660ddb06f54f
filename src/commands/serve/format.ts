import { clockTime, exact, plural } from '../../text/format.ts';
import { asciiLines } from '../../text/locale.ts';
import { printable } from '../../text/printable.ts';
import type { ServeEvent } from './event.ts';

/**
 * One event as one line, its end included, in pieces: a line of `data` may be longer than memory should hold. `wallMs` is
 * its time, ms since 1970.
 */
export type Format = (event: ServeEvent, wallMs: number) => Iterable<string>;

/** The second of the last event. Node takes longer to write a time than all the rest of an event. */
let cachedSecond = { second: Number.NaN, text: '' };

/** ISO 8601, UTC, whole ms. */
const isoTime = (wallMs: number): string => {
  const ms = Math.floor(wallMs);
  const second = Math.floor(ms / 1000);
  if (second !== cachedSecond.second)
    cachedSecond = { second, text: new Date(second * 1000).toISOString().slice(0, -4) };
  return `${cachedSecond.text}${String(ms - second * 1000).padStart(3, '0')}Z`;
};

/** An event as scripts get it. JSON leaves out an `error` that is undefined. */
const jsonOf = (time: string, event: Exclude<ServeEvent, { type: 'data' }>): string => {
  if (event.type !== 'close') {
    const { type, at: _, ...fields } = event;
    return JSON.stringify({ time, event: type, ...fields });
  }
  const { type, at: _, ms, how, error, ...fields } = event;
  return JSON.stringify({ time, event: type, ...fields, seconds: toSeconds(ms), how, error: error ?? undefined });
};

/** Milliseconds as seconds, to the microsecond. */
const toSeconds = (ms: number): number => Math.round(ms * 1e3) / 1e6;

/** For scripts: one JSON object. */
export const ndjson: Format = (event, wallMs) => {
  const time = isoTime(wallMs);
  return event.type === 'data' ? dataLine(time, event) : [`${jsonOf(time, event)}\n`];
};

/** What a peer sent may be long: its text is put between the quotes piece by piece. */
function* dataLine(time: string, { type, id, data }: Extract<ServeEvent, { type: 'data' }>): Generator<string> {
  yield JSON.stringify({ time, event: type, id, data: '' }).slice(0, -2);
  for (const piece of data) yield JSON.stringify(piece).slice(1, -1);
  yield '"}\n';
}

/** `127.0.0.1:65535`, with room for most of the others; a longer one pushes the rest of its line aside. */
const peerCells = 21;

/** `shutdown`, the longest word for an end without an error. */
const endCells = 8;

/** One blank at least follows the number, and is no part of the data. */
const withId = (id: number | null, rest: string): string => `${(id === null ? '' : `#${id}`).padEnd(5)} ${rest}`;

const textColumns = (event: ServeEvent): string => {
  switch (event.type) {
    case 'listening':
      return printable(event.endpoint);
    case 'open':
      return withId(event.id, `${event.peer.padEnd(peerCells)}  ${event.transport} to ${event.local}`);
    case 'half-close':
      return withId(event.id, `by ${event.by}`);
    case 'data':
      return withId(event.id, '');
    case 'close': {
      const { id, peer, how, error, bytesIn, bytesOut, reads, writes, ms } = event;
      const traffic = `${exact(bytesIn)} B in, ${exact(bytesOut)} B out, ${plural(reads, 'read')}, ${plural(writes, 'write')}`;
      const end = (error === null ? how : `${how} (${error})`).padEnd(endCells);
      return withId(id, `${peer.padEnd(peerCells)}  ${end}  ${traffic}, ${toSeconds(ms).toFixed(3)} s`);
    }
    case 'refused':
      return withId(null, `${event.peer.padEnd(peerCells)}  ${event.why}`);
    case 'stats':
    case 'stopped':
      return `${exact(event.open)} open, ${exact(event.served)} served, ${exact(event.refused)} refused, ${exact(event.bytesIn)} B in, ${exact(event.bytesOut)} B out`;
    case 'error':
      return event.message;
    default:
      return event satisfies never;
  }
};

/** NDJSON in ASCII, as JSON can always be written (RFC 8259, 7). */
export const asciiNdjson: Format = function* (event, wallMs) {
  for (const piece of ndjson(event, wallMs))
    yield piece.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
};

/** For people: local time, event, connection, and what there is to say, in columns. */
export const text: Format = function* (event, wallMs) {
  const ms = String(new Date(wallMs).getMilliseconds()).padStart(3, '0');
  yield `${clockTime(wallMs)}.${ms}  ${event.type.padEnd(10)}  ${textColumns(event)}`;
  if (event.type === 'data') yield* event.data;
  yield '\n';
};

/** The same in ASCII. */
export const asciiText: Format = function* (event, wallMs) {
  for (const piece of text(event, wallMs)) yield asciiLines(piece);
};
