import type { Rect } from '../../src/screen/layout.ts';
import type { Cell } from '../support/terminal/cell.ts';

export type Cells = readonly (readonly Cell[])[];

const isIn = ({ left, top, width, height }: Rect, row: number, column: number): boolean =>
  column >= left && column < left + width && row >= top && row < top + height;

/** Where the overlay with this title lies, by its corners. Throws where there is none. */
export const overlayOf = (cells: Cells, title: string): Rect => {
  const glyphs = cells.map((row) => row.map(({ glyph }) => glyph));
  const cornerIn = (row: readonly string[]) =>
    row.findIndex((glyph, column) => glyph === '╭' && row.slice(column).join('').startsWith(`╭─ ${title}`));
  const top = glyphs.findIndex((row) => cornerIn(row) >= 0);
  const left = cornerIn(glyphs[top] ?? []);
  const right = glyphs[top]?.indexOf('╮', left) ?? -1;
  const bottom = glyphs.findIndex((row, place) => place > top && row[left] === '╰');
  if (left < 0 || right < 0 || bottom < 0) throw new Error(`no overlay ${title}`);
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
};

/**
 * What is wrong with the box in a rectangle: an edge that is not where it belongs, or a cell inside that nothing was
 * drawn in. `above` lies on top of it.
 */
export const faultsOf = (cells: Cells, rect: Rect, above: Rect | null): readonly string[] => {
  const faults: string[] = [];
  const look = (row: number, column: number, expected: RegExp) => {
    if (above !== null && isIn(above, row, column)) return;
    const cell = cells[row]?.[column];
    const text = cell?.width === 0 ? 'wide' : (cell?.glyph ?? '');
    if (!expected.test(text)) faults.push(`${row}:${column} is "${text}", not ${expected.source}`);
  };
  const { left, top, width, height } = rect;
  const [right, bottom] = [left + width - 1, top + height - 1];
  look(top, left, /^╭$/u);
  look(top, right, /^╮$/u);
  look(bottom, left, /^╰$/u);
  look(bottom, right, /^╯$/u);
  for (let row = top + 1; row < bottom; row += 1) {
    look(row, left, /^│$/u);
    look(row, right, /^│$/u);
    for (let column = left + 1; column < right; column += 1) look(row, column, /./u);
  }
  for (let column = left + 1; column < right; column += 1) {
    look(top, column, /./u);
    look(bottom, column, /./u);
  }
  return faults;
};

/** Wide glyphs of which one cell is missing, or stands alone, as `row:column`. */
export const cutGlyphsOf = (cells: Cells): readonly string[] =>
  cells.flatMap((row, line) =>
    row.flatMap(({ width }, column) => ((width === 2) === (row[column + 1]?.width === 0) ? [] : [`${line}:${column}`])),
  );

/** Where the list has a number that does not end below the end of its heading. */
export const columnFaultsOf = (cells: Cells): readonly string[] => {
  const lines = cells.map((row) =>
    row.map(({ glyph, width }) => (width === 0 ? ' ' : glyph || ' ').slice(0, 1)).join(''),
  );
  const headings = lines.findIndex((line) => /^│ +#.* peer /u.test(line));
  // Another pane may stand beside the list.
  const heading = lines[headings]?.slice(0, (lines[headings]?.indexOf('│', 1) ?? 0) + 1) ?? '';
  const ends = [...heading.matchAll(/ (?:in|out)(\/s)?[▲▼]?(?= )/gu)].map(
    // A connection that is over has no rate.
    ({ index, 0: word, 1: rate }) => ({ end: index + word.length - 1, allowed: rate === undefined ? 'B' : 'B ' }),
  );
  return lines.flatMap((line, row) =>
    row <= headings || !/^│[▸ ][!‖x ] *\d+ (?![mµ]?s )/u.test(line)
      ? []
      : ends
          .filter(({ end, allowed }) => !allowed.includes(line[end] ?? '?'))
          .map(({ end }) => `${row}:${end} is "${line[end]}" in ${line}`),
  );
};
