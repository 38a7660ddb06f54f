import type { Piece } from '../../model/payload.ts';
import { duration, exact } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { fit, wrap } from '../../text/width.ts';
import { glyphs } from '../glyphs.ts';
import type { PayloadFormat } from '../state/side.ts';

/** Bytes in a line, the most that fit; the cells that a line of so many takes. */
const widths = [16, 8, 4] as const;
const cellsOf = (perLine: number): number => 8 + 2 + columnCells(perLine) + 2 + perLine + 2;

/** `hexdump -C` puts one more blank in the middle of sixteen. */
const columnCells = (perLine: number): number => perLine * 3 - 1 + (perLine > 8 ? 1 : 0);

const isVisible = (byte: number): boolean => byte > 0x1f && byte < 0x7f;

/**
 * Bytes as `hexdump -C` prints them, `offset` being the place of the first: sixteen in a line where `cells` (78)
 * allows it, else eight or four. Beyond 4 GiB the offset shows its last eight digits.
 */
export const hexDump = (bytes: Uint8Array, offset: number, cells: number): readonly string[] => {
  const perLine = widths.find((width) => cellsOf(width) <= cells) ?? 4;
  return Array.from({ length: Math.ceil(bytes.length / perLine) }, (_, line) => {
    const part = bytes.subarray(line * perLine, (line + 1) * perLine);
    const hex = Array.from(part, (byte, place) => (place === 8 ? ' ' : '') + byte.toString(16).padStart(2, '0'));
    const text = Array.from(part, (byte) => (isVisible(byte) ? String.fromCharCode(byte) : '.'));
    const at = (offset + line * perLine).toString(16).padStart(8, '0').slice(-8);
    return `${at}  ${hex.join(' ').padEnd(columnCells(perLine))}  |${text.join('')}|`;
  });
};

/** A line of the payload. */
export interface PayloadLine {
  /** Unique, and the same for as long as the piece is kept. */
  readonly key: string;
  readonly kind: 'peer' | 'us' | 'skipped';
  /** Time and direction; empty where the body takes the whole line. */
  readonly head: string;
  readonly body: string;
}

export interface PayloadStyle {
  readonly format: PayloadFormat;
  /** When the connection was accepted, monotonic ms: times count from there. */
  readonly startMs: number;
  /**
   * Bytes that the kernel has taken from us, and what to call further ones: a peer that does not read has them `queued`,
   * one that is gone was `not sent` them. Null: all of them are sent.
   */
  readonly taken: { readonly bytes: number; readonly rest: 'queued' | 'not sent' } | null;
}

const timeCells = 8;
/** Below this width the time leaves too little room for the payload. */
const timedCells = 36;
const newline = 0x0a;

/** Pieces keep their identity: each is laid out once for a width, a format, and what of it has left. */
const cache = new WeakMap<
  Piece,
  {
    readonly cells: number;
    readonly format: string;
    readonly left: string;
    readonly lines: readonly PayloadLine[];
  }
>();

/** The lines of a piece in `cells` cells. */
export const payloadLines = (piece: Piece, cells: number, style: PayloadStyle): readonly PayloadLine[] => {
  const { format } = style;
  const leftBytes = leftOf(piece, style);
  const left = `${leftBytes} ${style.taken?.rest}`;
  const known = cache.get(piece);
  if (known?.cells === cells && known.format === format && known.left === left) return known.lines;
  const lines = linesOf(piece, cells, style, leftBytes);
  cache.set(piece, { cells, format, left, lines });
  return lines;
};

/** Bytes of a piece that the kernel has not taken. */
const leftOf = (piece: Piece, { taken }: PayloadStyle): number => {
  if (taken === null) return 0;
  if (piece.type === 'skipped') return Math.max(0, piece.us - taken.bytes);
  const length = piece.bytes.length + piece.skipped;
  return piece.by === 'peer' ? 0 : Math.max(0, Math.min(length, piece.offset + length - taken.bytes));
};

const linesOf = (
  piece: Piece,
  cells: number,
  { format, startMs, taken }: PayloadStyle,
  leftBytes: number,
): readonly PayloadLine[] => {
  if (piece.type === 'skipped') {
    const counts = [
      [piece.peer, 'received'],
      [piece.us - leftBytes, 'sent'],
      [leftBytes, taken?.rest ?? 'queued'],
    ] as const;
    const parts = counts.flatMap(([bytes, word]) => (bytes > 0 ? [`${exact(bytes)} B ${word}`] : []));
    const bodies = wrap(`⋮ ${parts.join(' and ')}, not shown`, Math.max(1, cells - 2));
    return bodies.map((body, line) => ({ key: `${piece.key}.${line}`, kind: 'skipped', head: ' ', body }));
  }
  const mark = piece.by === 'peer' ? glyphs.toServer : glyphs.toClient;
  const time = cells < timedCells ? '' : fit(duration(Math.max(0, piece.at - startMs)), timeCells, 'right');
  const head = ` ${time}${time === '' ? '' : ' '}${mark} `;
  const rest = [
    ...(piece.skipped > 0 ? [`… ${exact(piece.skipped)} B more`] : []),
    ...(leftBytes > 0 && taken !== null ? [`‖ ${exact(leftBytes)} B of it ${taken.rest}`] : []),
  ];
  const line = (head: string, body: string, place: number): PayloadLine => ({
    key: `${piece.key}.${place}`,
    kind: piece.by,
    head,
    body,
  });
  if (format === 'hex') {
    const title = fit(`${exact(piece.bytes.length + piece.skipped)} B`, Math.max(0, cells - head.length));
    // A blank before it where there is room, as text has.
    const indent = cells > cellsOf(widths[0]) ? ' ' : '';
    const dump = hexDump(piece.bytes, piece.offset, cells).map((text) => indent + text);
    return [line(head, title, 0), ...[...dump, ...rest].map((body, place) => line('', fit(body, cells), place + 1))];
  }
  const blank = ' '.repeat(head.length);
  return [...textLines(piece.bytes, Math.max(1, cells - head.length - 1)), ...rest].map((body, place) =>
    line(place === 0 ? head : blank, fit(body, Math.max(0, cells - head.length)), place),
  );
};

/** Bytes as text in lines of `cells` cells, at least one; what follows a line feed begins a new line. */
export const textLines = (bytes: Uint8Array, cells: number): string[] => {
  const lines: string[] = [];
  let from = 0;
  while (from < bytes.length || lines.length === 0) {
    const end = bytes.indexOf(newline, from);
    const next = end < 0 ? bytes.length : end + 1;
    lines.push(...wrap(printable(bytes.subarray(from, next)), cells));
    from = next;
  }
  return lines;
};
