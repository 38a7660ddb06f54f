import { asciiMarks, isUnicode } from './locale.ts';
import { cellWidth } from './width.ts';

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
 * Text as the terminal is given it. In a locale without UTF-8 the program's own marks become ASCII, and every other
 * character beyond ASCII `?`, in as many cells as before: such a terminal would draw each byte as a character, or take it
 * for a control.
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
