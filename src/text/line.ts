import { printable } from './printable.ts';
import { cellWidth } from './width.ts';

/** A line being typed. `cursor` is a UTF-16 index into `text`, always between two graphemes. */
export interface Line {
  readonly text: string;
  readonly cursor: number;
}

/** UTF-16 units of the longest line: text that would make it longer is not inserted at all. */
export const maxLineLength = 4 << 20;

export const emptyLine: Line = { text: '', cursor: 0 };

/** Words are runs of letters, digits and `_`; `killWord` goes back to a blank instead, as Ctrl-W does in a shell. */
export type Edit =
  | { readonly type: 'insert'; readonly text: string }
  | {
      readonly type:
        | 'left'
        | 'right'
        | 'home'
        | 'end'
        | 'wordLeft'
        | 'wordRight'
        | 'backspace'
        | 'delete'
        | 'killWord'
        | 'killToStart'
        | 'killToEnd';
    };

const segmenter = new Intl.Segmenter();

/** Halves of a surrogate pair count as letters, so that testing single UTF-16 units is enough. */
const wordUnit = /[\p{L}\p{N}\p{M}\p{Cs}_]/u;
const isWord = (unit: string) => wordUnit.test(unit);
const isNotWord = (unit: string) => !wordUnit.test(unit);
const isBlank = (unit: string) => /\s/.test(unit);
const isNotBlank = (unit: string) => !isBlank(unit);

/** Start of the grapheme in front of `index`; 0 at the start. */
function graphemeBefore(text: string, index: number): number {
  return segmenter.segment(text).containing(index - 1)?.index ?? 0;
}

/** End of the grapheme that begins at `index`; the text's length at its end. */
function graphemeAfter(text: string, index: number): number {
  const found = segmenter.segment(text).containing(index);
  return found ? found.index + found.segment.length : text.length;
}

/** `index`, or the start of the grapheme that it is inside of. */
function graphemeStart(text: string, index: number): number {
  return segmenter.segment(text).containing(index)?.index ?? text.length;
}

/** `index`, or the end of the grapheme that it is inside of. */
function graphemeEnd(text: string, index: number): number {
  return index === 0 ? 0 : graphemeAfter(text, index - 1);
}

function skipBack(text: string, from: number, over: (unit: string) => boolean): number {
  let index = from;
  while (index > 0 && over(text.charAt(index - 1))) index -= 1;
  return index;
}

function skip(text: string, from: number, over: (unit: string) => boolean): number {
  let index = from;
  while (index < text.length && over(text.charAt(index))) index += 1;
  return index;
}

function moveTo(line: Line, cursor: number): Line {
  return cursor === line.cursor ? line : { text: line.text, cursor };
}

/**
 * Replaces `from` to `to` with `text`, the cursor behind it. Neighbours may become one grapheme (jamo, joined emoji,
 * combining marks, flags): the cursor goes to its end.
 */
function replace(line: Line, from: number, to: number, text = ''): Line {
  if (from === to && text === '') return line;
  const whole = line.text.slice(0, from) + text + line.text.slice(to);
  return { text: whole, cursor: graphemeEnd(whole, from + text.length) };
}

/** CRLF and CR as LF. By code unit: replacing a million of them in a paste takes ten times as long. */
function withLineFeeds(text: string): string {
  if (!text.includes('\r')) return text;
  const units = Buffer.from(text, 'utf16le');
  let length = 0;
  for (let at = 0; at < units.length; at += 2) {
    const isReturn = units[at] === 0x0d && units[at + 1] === 0;
    units[length] = isReturn ? 0x0a : (units[at] ?? 0);
    units[length + 1] = units[at + 1] ?? 0;
    length += 2;
    if (isReturn && units[at + 2] === 0x0a && units[at + 3] === 0) at += 2;
  }
  return units.toString('utf16le', 0, length);
}

/**
 * The line after one edit; the same object where nothing changed. Every edit goes by grapheme. In inserted text CRLF and
 * CR become LF.
 */
export function edit(line: Line, action: Edit): Line {
  const { text, cursor } = line;
  switch (action.type) {
    case 'insert':
      if (text.length + action.text.length > maxLineLength) return line;
      return replace(line, cursor, cursor, withLineFeeds(action.text));
    case 'left':
      return moveTo(line, graphemeBefore(text, cursor));
    case 'right':
      return moveTo(line, graphemeAfter(text, cursor));
    case 'home':
      return moveTo(line, 0);
    case 'end':
      return moveTo(line, text.length);
    case 'wordLeft':
      return moveTo(line, graphemeStart(text, skipBack(text, skipBack(text, cursor, isNotWord), isWord)));
    case 'wordRight':
      return moveTo(line, graphemeEnd(text, skip(text, skip(text, cursor, isNotWord), isWord)));
    case 'backspace':
      return replace(line, graphemeBefore(text, cursor), cursor);
    case 'delete':
      return replace(line, cursor, graphemeAfter(text, cursor));
    case 'killWord':
      return replace(line, graphemeStart(text, skipBack(text, skipBack(text, cursor, isBlank), isNotBlank)), cursor);
    case 'killToStart':
      return replace(line, 0, cursor);
    case 'killToEnd':
      return replace(line, cursor, text.length);
    default:
      return action satisfies never;
  }
}

/** UTF-16 units of a grapheme that are drawn: as many fill any window, and a paste of marks alone is one grapheme. */
const maxGlyphLength = 2000;

/** A grapheme as it is drawn: a line end as `⏎`, anything else by `printable`. */
function glyphOf(grapheme: string): string {
  return grapheme === '\n' ? '⏎' : printable(grapheme.slice(0, maxGlyphLength));
}

/**
 * The part of the line around the cursor in at most `cells` cells, and the cell of the cursor, always below `cells`: at
 * the end of the text it is one cell behind it. A longer text scrolls so that the cursor stays in the middle, or nearer to
 * an end of the text. The cost depends on `cells`, not on the text.
 */
export function visiblePart(line: Line, cells: number): { readonly text: string; readonly cursorCell: number } {
  if (cells < 1) return { text: '', cursorCell: 0 };
  const { text, cursor } = line;
  const segments = segmenter.segment(text);

  const right: string[] = [];
  let rightCells = 0;
  let index = cursor;
  while (index < text.length && rightCells <= cells) {
    const { segment } = segments.containing(index) ?? { segment: text.slice(index) };
    const glyph = glyphOf(segment);
    right.push(glyph);
    rightCells += cellWidth(glyph);
    index += segment.length;
  }
  const underCursor = right[0] === undefined ? 1 : cellWidth(right[0]);
  const leftRoom = Math.min(cells - underCursor, Math.max(Math.floor(cells / 2), cells - rightCells));
  let shown = '';
  let cursorCell = 0;
  index = cursor;
  while (index > 0) {
    const start = segments.containing(index - 1)?.index ?? 0;
    const glyph = glyphOf(text.slice(start, index));
    const glyphCells = cellWidth(glyph);
    if (cursorCell + glyphCells > leftRoom) break;
    shown = glyph + shown;
    cursorCell += glyphCells;
    index = start;
  }

  let width = cursorCell;
  for (const glyph of right) {
    width += cellWidth(glyph);
    if (width > cells) break;
    shown += glyph;
  }
  return { text: shown, cursorCell };
}
