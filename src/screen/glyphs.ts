import { asciiMarks, isUnicode } from '../text/locale.ts';
import { cellWidth } from '../text/width.ts';

/** Marks whose width in cells may differ between the two sets: whoever draws them measures them. */
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

/** One cell for one cell, so that nothing moves. */
const ascii = new Map([
  ...asciiMarks,
  ...[...'╭╮╰╯'].map((corner) => [corner, '+'] as const),
  ...[...'│┤├·'].map((bar) => [bar, '|'] as const),
  ...([
    ['─', '-'],
    ['…', '~'],
    ['▸', '>'],
    ['›', '>'],
    ['→', '>'],
    ['←', '<'],
    ['↑', '^'],
    ['↓', 'v'],
  ] as const),
  ...([
    ['▲', '^'],
    ['▼', 'v'],
    ['‖', '='],
    ['⏎', '$'],
    ['⋮', ':'],
    ['≠', '!'],
  ] as const),
  ...Array.from('▁▂▃▄▅▆▇', (level, place) => [level, '.:-=+*#'.charAt(place)] as const),
]);

const segmenter = new Intl.Segmenter();

/**
 * The one place where text becomes what the terminal is given. In a locale without UTF-8 the program's own marks
 * become ASCII, and whatever else is beyond it `?`, in as many cells as before: such a terminal would draw each byte
 * as a character of its own, or obey it as a control.
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
