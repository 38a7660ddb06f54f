import type { Entry } from '../../model/chat/transcript.ts';
import { echoFlaws, noteText } from '../../model/chat/transcript-text.ts';
import { clockTime, exact, roundTrip } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { characterStart, completeLength } from '../../text/utf8.ts';
import { cellWidth, wrap } from '../../text/width.ts';
import { glyphs } from '../glyphs.ts';
import type { Page } from '../state/scroll.ts';
import { textLines } from './payload-lines.ts';

/** A line of the transcript. Time and mark are blank on the further lines of an entry; `tail` is at the right. */
export interface TranscriptLine {
  /** Unique, and the same for as long as the entry is kept. */
  readonly key: string;
  readonly kind: 'sent' | 'received' | 'info' | 'error';
  readonly time: string;
  readonly mark: string;
  readonly body: string;
  /** Index in `body` at which it first differs from what was sent; its length where it does not. */
  readonly odd: number;
  readonly tail: string;
}

const marks = { sent: glyphs.toServer, received: glyphs.toClient, info: glyphs.info, error: '!' } as const;
const timeCells = 8;
/** Time and mark, each with a blank behind it. */
const markCells = cellWidth(glyphs.toServer);
const headCells = timeCells + markCells + 2;

/** A transcript in lines of `cells` cells, `rows` of them visible. */
export const transcriptPage = (
  entries: readonly Entry[],
  cells: number,
  rows: number,
): Page<Entry, TranscriptLine> => ({ entries, rows, wrap: (entry) => wrapEntry(entry, cells) });

/** Entries keep their identity: each is wrapped once for a width. */
const cache = new WeakMap<Entry, { readonly cells: number; readonly lines: readonly TranscriptLine[] }>();

/** The lines of an entry in `cells` cells. */
export const wrapEntry = (entry: Entry, cells: number): readonly TranscriptLine[] => {
  const known = cache.get(entry);
  if (known?.cells === cells) return known.lines;
  const lines = layOutEntry(entry, cells);
  cache.set(entry, { cells, lines });
  return lines;
};

const layOutEntry = (entry: Entry, cells: number): readonly TranscriptLine[] => {
  const kind = entry.kind === 'note' ? entry.tone : entry.kind;
  const bodyCells = Math.max(1, cells - headCells);
  const bodies = bodiesOf(entry, bodyCells);
  const odds = oddOf(bodies, evenText(entry));
  const tail = tailOf(entry);
  // The round trip goes beside the last line; where that is full, on another line.
  if (tail !== '' && cellWidth(bodies.at(-1) ?? '') + 2 + cellWidth(tail) > bodyCells) bodies.push('');
  return bodies.map((body, line) => ({
    key: `${entry.key}.${line}`,
    kind,
    time: line === 0 ? clockTime(entry.at) : ' '.repeat(timeCells),
    mark: (line === 0 ? marks[kind] : '').padEnd(markCells),
    body,
    odd: odds[line] ?? body.length,
    tail: line === bodies.length - 1 ? tail : '',
  }));
};

/** The text of an entry in lines; what follows a line feed of the bytes begins a new one. */
const bodiesOf = (entry: Entry, cells: number): string[] => {
  if (entry.kind === 'note') return wrap(noteText(entry), cells);
  const { bytes, skipped } = entry;
  if (skipped === 0) return textLines(bytes, cells);
  if (bytes.length === 0) return wrap(`${exact(skipped)} B`, cells);
  const lines = textLines(bytes.subarray(0, completeLength(bytes)), cells);
  return [...lines.slice(0, -1), ...wrap(`${lines.at(-1)} … ${exact(skipped)} B more`, cells)];
};

/** The part of an answer before it differs; null where it does not. */
const evenText = (entry: Entry): string | null => {
  if (entry.kind !== 'received' || entry.differsAt === null) return null;
  return printable(entry.bytes.subarray(0, characterStart(entry.bytes, entry.differsAt)));
};

/** Where in each line the text behind `even` begins. Wrapping drops blanks only, so all other characters count. */
const oddOf = (lines: readonly string[], even: string | null): readonly number[] => {
  if (even === null) return [];
  let left = even.replaceAll(' ', '').length;
  return lines.map((line) => {
    let index = 0;
    for (; index < line.length && left > 0; index += 1) if (line[index] !== ' ') left -= 1;
    return index;
  });
};

const tailOf = (entry: Entry): string => {
  if (entry.kind !== 'received') return '';
  return [...echoFlaws(entry), ...(entry.roundTripMs === null ? [] : [roundTrip(entry.roundTripMs)])].join(' · ');
};
