import { isUnicode } from '../text/locale.ts';

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
