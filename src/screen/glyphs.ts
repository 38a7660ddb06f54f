import { isUnicode } from '../text/locale.ts';

/**
 * Marks whose width may differ between the two sets: measure them with `cellWidth`. The arrows have one meaning in all
 * panes: bytes on their way from the client to the server, and back.
 */
export const glyphs = isUnicode
  ? ({ toServer: '→', toClient: '←', info: '·', ascending: '▲', descending: '▼' } as const)
  : ({ toServer: '->', toClient: '<-', info: '--', ascending: '^', descending: 'v' } as const);

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
