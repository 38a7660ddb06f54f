import type { IBufferCell } from '@xterm/headless';

/** `null` is the terminal's own colour, a number an index into the 256-colour palette, a string `#rrggbb`. */
export type Colour = number | string | null;

/** One cell of the screen, as pictures and colour assertions need it. */
export interface Cell {
  /** A whole grapheme cluster; empty where nothing was written and in the second cell of a wide glyph. */
  readonly glyph: string;
  /** Cells that the glyph covers: 1 or 2, and 0 for the second cell of a wide glyph. */
  readonly width: number;
  readonly foreground: Colour;
  readonly background: Colour;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

/** Copies a cell out of the emulator's buffer, which reuses its own. */
export function toCell(cell: IBufferCell): Cell {
  return {
    glyph: cell.getChars(),
    width: cell.getWidth(),
    foreground: colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
    background: colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    italic: cell.isItalic() !== 0,
    underline: cell.isUnderline() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

function colour(isDefault: boolean, isRgb: boolean, value: number): Colour {
  if (isDefault) return null;
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : value;
}
