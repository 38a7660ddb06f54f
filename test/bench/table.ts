import type { Comparison, Side } from './comparison.ts';
import type { Ratio } from './statistics.ts';

const head = ['work', 'measure', 'ours', '', 'against', '', 'ratio', 'range', 'reach', 'met', 'errors'] as const;

/** The comparisons as a table in Markdown, whose columns also stand below each other in a terminal. */
export const table = (comparisons: readonly Comparison[]): string => {
  const rows = comparisons.map(cells);
  // A word that stands above the same word is noise.
  const sparse = rows.map((row, at) =>
    row.map((cell, column) => (column < 2 && isSame(rows[at - 1], row, column) ? '' : cell)),
  );
  return markdown(head, sparse);
};

const isSame = (above: readonly string[] | undefined, row: readonly string[], column: number): boolean =>
  above !== undefined && row.slice(0, column + 1).every((cell, at) => cell === above[at]);

const cells = ({ work, measure, unit, ours, theirs, ratio, reach, met }: Comparison): readonly string[] => [
  work,
  `${measure}, ${unit}`,
  ours.title,
  told(ours),
  theirs?.title ?? '',
  theirs === null ? '' : told(theirs),
  ratio === null ? '' : figure(ratio.median),
  ratio === null ? '' : range(ratio),
  reach === null ? '' : `${theirs === null ? 'ours ' : ''}${reach.is} ${reach.limit}`,
  met === null ? '' : met ? 'yes' : '**no**',
  theirs === null ? count(ours.errors) : `${count(ours.errors)} : ${count(theirs.errors)}`,
];

const told = ({ figure: value, failures }: Side): string => {
  const failed = failures === 0 ? '' : ` (${failures} failed)`;
  return `${value === null ? 'none' : figure(value)}${failed}`;
};

const range = ({ lowest, highest }: Ratio): string => `${figure(lowest)}–${figure(highest)}`;

const three = new Intl.NumberFormat('en-US', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat('en-US');

/** Three digits: more would promise a precision that a benchmark does not have. */
const figure = (value: number): string => (value === 0 ? '0' : three.format(value));
const count = (n: number): string => whole.format(n);

/** A table in Markdown with its columns padded. */
const markdown = (titles: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = titles.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};
