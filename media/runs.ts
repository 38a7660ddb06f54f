import type { Cell } from '../test/support/terminal/cell.ts';
import { type Paint, paintOf } from './palette.ts';

/** Cells of one row that are drawn together. */
export interface Run {
  readonly column: number;
  /** In cells. */
  readonly width: number;
  readonly text: string;
  readonly paint: Paint;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

/**
 * Cuts a row into runs of one style. A glyph outside ASCII is a run of its own, because its advance in the reader's font
 * is not the terminal's; a gap of two spaces ends a run, because SVG renderers differ on white space.
 */
export function runsOf(row: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  for (const [column, cell] of row.entries()) {
    if (cell.width === 0) continue;
    const next = { ...styleOf(cell), column, width: cell.width, text: cell.glyph === '' ? ' ' : cell.glyph };
    const last = runs.at(-1);
    if (last !== undefined && joins(last, next)) {
      runs[runs.length - 1] = { ...last, width: last.width + next.width, text: last.text + next.text };
    } else if (next.text !== ' ') {
      runs.push(next);
    }
  }
  return runs.map(trimmed);
}

/** Cuts a row into the stretches that have a background of their own. */
export function backgroundsOf(row: readonly Cell[]): { column: number; width: number; colour: string }[] {
  const stretches: { column: number; width: number; colour: string }[] = [];
  for (const [column, cell] of row.entries()) {
    const { behind } = paintOf(cell);
    const last = stretches.at(-1);
    if (behind === null || cell.width === 0) continue;
    if (last !== undefined && last.colour === behind && last.column + last.width === column) last.width += cell.width;
    else stretches.push({ column, width: cell.width, colour: behind });
  }
  return stretches;
}

function styleOf(cell: Cell): Pick<Run, 'paint' | 'bold' | 'italic' | 'underline'> {
  return { paint: paintOf(cell), bold: cell.bold, italic: cell.italic, underline: cell.underline };
}

const isAscii = (text: string) => /^[ -~]+$/u.test(text);

function joins(last: Run, next: Run): boolean {
  return (
    isAscii(last.text) &&
    isAscii(next.text) &&
    last.column + last.width === next.column &&
    !last.text.endsWith('  ') &&
    last.paint.ink === next.paint.ink &&
    last.bold === next.bold &&
    last.italic === next.italic &&
    last.underline === next.underline
  );
}

function trimmed(run: Run): Run {
  const text = run.text.trimEnd();
  return { ...run, text, width: run.width - (run.text.length - text.length) };
}
