import { Segmenter } from '../text/graphemes.ts';
import { isUnicode } from '../text/locale.ts';
import { cellWidth } from '../text/width.ts';

/** Marks whose width may differ between the two sets: measure them with `cellWidth`. */
export const glyphs = isUnicode
  ? ({ sent: '→', received: '←', info: '·', ascending: '▲', descending: '▼' } as const)
  : ({ sent: '->', received: '<-', info: '--', ascending: '^', descending: 'v' } as const);

/** The edges of a box, as Ink's borderStyle takes them. */
export const border = isUnicode
  ? ({
      ...{ topLeft: '╭', top: '─', topRight: '╮', left: '│', right: '│' },
      ...{ bottomLeft: '╰', bottom: '─', bottomRight: '╯' },
    } as const)
  : ({
      ...{ topLeft: '+', top: '-', topRight: '+', left: '|', right: '|' },
      ...{ bottomLeft: '+', bottom: '-', bottomRight: '+' },
    } as const);

/** ASCII for each mark, in pairs. It has the width of the mark, so that nothing moves. */
const ascii = new Map(
  '╭+ ╮+ ╰+ ╯+ │| ┤| ├| ·| ─- …~ ▸> ›> →> ←< ↑^ ↓v ▲^ ▼v ‖= ⏎$ µu ×x ⋮: —- ≠! ▁. ▂: ▃- ▄= ▅+ ▆* ▇#'
    .split(' ')
    .map(([mark = '', character = '']) => [mark, character] as const),
);

const segmenter = new Segmenter();

/**
 * Text as the terminal can draw it. In a locale without UTF-8 the program's marks become ASCII, and anything else beyond
 * it becomes `?`, in as many cells: such a terminal would draw each byte as one character, or run it as a control.
 */
export const drawable = (text: string): string => (isUnicode ? text : toAscii(text));

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII stays as it is
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

/** Printable ASCII for any text, cell by cell. */
export const toAscii = (text: string): string => {
  if (isAscii(text)) return text;
  return Array.from(
    segmenter.segment(text),
    ({ segment }) => ascii.get(segment) ?? (isAscii(segment) ? segment : '?'.repeat(cellWidth(segment))),
  ).join('');
};
