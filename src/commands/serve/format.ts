import { clockTime, exact } from '../../text/format.ts';
import { asciiLines } from '../../text/locale.ts';
import { printable } from '../../text/printable.ts';
import type { ServeEvent } from './event.ts';

/**
 * One event as one line, its end included, in pieces: a line of `data` may be longer than memory should hold. `wallMs` is
 * when it came about, ms since 1970.
 */
export type Format = (event: ServeEvent, wallMs: number) => Iterable<string>;

let latest = { second: Number.NaN, text: '' };

/** ISO 8601, UTC, whole ms. Node takes longer for that than for all the rest of an event. */
const isoTime = (wallMs: number): string => {
  const ms = Math.floor(wallMs);
  const second = Math.floor(ms / 1000);
  if (second !== latest.second) latest = { second, text: new Date(second * 1000).toISOString().slice(0, -4) };
  return `${latest.text}${String(ms - second * 1000).padStart(3, '0')}Z`;
};

/**
 * The fields of an event as JSON. What every connection brings is put together here: by JSON.stringify it takes twice as
 * long, and that is most of the time that `serve` has a processor.
 */
const fieldsOf = (event: Exclude<ServeEvent, { event: 'data' }>): string => {
  switch (event.event) {
    case 'open': {
      const { id, transport, peer, local } = event;
      return `"event":"open","id":${id},"transport":"${transport}","peer":${quoted(peer)},"local":${quoted(local)}`;
    }
    case 'half-close':
      return `"event":"half-close","id":${event.id},"by":"${event.by}"`;
    case 'close': {
      const { id, transport, peer, bytesIn, bytesOut, reads, writes, seconds, how, error } = event;
      const who = `"event":"close","id":${id},"transport":"${transport}","peer":${quoted(peer)}`;
      const counters = `"bytesIn":${bytesIn},"bytesOut":${bytesOut},"reads":${reads},"writes":${writes}`;
      const end = error === undefined ? '' : `,"error":"${error}"`;
      return `${who},${counters},"seconds":${seconds},"how":"${how}"${end}`;
    }
    default:
      return JSON.stringify(event).slice(1, -1);
  }
};

/** An address may have a zone, the name of an interface, and that may hold anything. */
const quoted = (text: string): string => JSON.stringify(text);

/** For scripts: one JSON object. */
export const ndjson: Format = (event, wallMs) => {
  const time = `{"time":"${isoTime(wallMs)}",`;
  return event.event === 'data' ? dataLine(time, event) : [`${time}${fieldsOf(event)}}\n`];
};

function* dataLine(time: string, { event, id, data }: Extract<ServeEvent, { event: 'data' }>): Generator<string> {
  yield `${time}"event":"${event}","id":${id},"data":"`;
  for (const piece of data) yield quoted(piece).slice(1, -1);
  yield '"}\n';
}

/** `127.0.0.1:65535`, with room for most of the others; a longer one pushes the rest of its line aside. */
const peerCells = 21;

/** `shutdown`, the longest word for an end without an error. */
const endCells = 8;

const count = (n: number, noun: string): string => `${exact(n)} ${noun}${n === 1 ? '' : 's'}`;

const idAnd = (id: number | null, rest: string): string => `${id === null ? '' : `#${id}`}`.padEnd(6) + rest;

const details = (event: ServeEvent): string => {
  switch (event.event) {
    case 'listening':
      return printable(event.endpoint);
    case 'open':
      return idAnd(event.id, `${event.peer.padEnd(peerCells)}  ${event.transport} to ${event.local}`);
    case 'half-close':
      return idAnd(event.id, `by ${event.by}`);
    case 'data':
      return idAnd(event.id, '');
    case 'close': {
      const { id, peer, how, error, bytesIn, bytesOut, reads, writes, seconds } = event;
      const traffic = `${exact(bytesIn)} B in, ${exact(bytesOut)} B out, ${count(reads, 'read')}, ${count(writes, 'write')}`;
      const end = (error === undefined ? how : `${how} (${error})`).padEnd(endCells);
      return idAnd(id, `${peer.padEnd(peerCells)}  ${end}  ${traffic}, ${seconds.toFixed(3)} s`);
    }
    case 'refused':
      return idAnd(null, `${event.peer.padEnd(peerCells)}  ${event.why}`);
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
  yield `${clockTime(wallMs)}.${ms}  ${event.event.padEnd(10)}  ${details(event)}`;
  if (event.event === 'data') yield* event.data;
  yield '\n';
};

/** The same in ASCII. */
export const asciiText: Format = function* (event, wallMs) {
  for (const piece of text(event, wallMs)) yield asciiLines(piece);
};
