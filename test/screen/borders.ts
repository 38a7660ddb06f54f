import type { Rect } from '../../src/screen/layout.ts';
import type { Cell } from '../support/cell.ts';

const isIn = ({ left, top, width, height }: Rect, row: number, column: number): boolean =>
  column >= left && column < left + width && row >= top && row < top + height;

/** Where the overlay with this title lies, by its corners. Throws where there is none. */
export const overlayOf = (cells: readonly (readonly Cell[])[], title: string): Rect => {
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
export const faultsOf = (cells: readonly (readonly Cell[])[], rect: Rect, above: Rect | null): readonly string[] => {
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
