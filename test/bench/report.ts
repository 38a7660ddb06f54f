import type { Pinning } from './machine.ts';
import { type Comparison, type Pairing, type Ratio, type Side, unrepeated } from './ratios.ts';
import type { Effort, GeneratorName } from './settings.ts';
import type { Workload } from './workloads.ts';

const head = ['work', 'measure', 'ours', 'against', '', 'ratio', 'range', 'apart', 'target', 'met', 'errors'] as const;

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

const cells = ({ workload, measure, unit, ours, theirs, ratio, apart, target, met }: Comparison): readonly string[] => [
  workload,
  `${measure}, ${unit}`,
  sideInWords(ours),
  theirs?.title ?? '',
  theirs === null ? '' : sideInWords(theirs),
  ratio === null ? '' : figure(ratio.median),
  ratio === null ? '' : range(ratio),
  apart === null ? '' : percent(apart),
  target === null ? '' : `${theirs === null ? 'ours ' : ''}${target.is} ${target.limit}`,
  met === null ? '' : met ? 'yes' : '**no**',
  theirs === null ? count(ours.errors) : `${count(ours.errors)} : ${count(theirs.errors)}`,
];

const sideInWords = ({ figure: value, failures }: Side): string => {
  const failed = failures === 0 ? '' : ` (${failures} failed)`;
  return `${value === null ? 'none' : figure(value)}${failed}`;
};

const range = ({ lowest, highest }: Ratio): string => `${figure(lowest)}–${figure(highest)}`;

const three = new Intl.NumberFormat('en-US', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat('en-US');

/** Three digits: more would promise a precision that a benchmark does not have. */
const figure = (value: number): string => (value === 0 ? '0' : three.format(value));
const count = (n: number): string => whole.format(n);
const percent = (part: number): string => (Number.isFinite(part) ? `${(part * 100).toFixed(1)} %` : '∞');

/** A table in Markdown with its columns padded. */
export const markdown = (titles: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = titles.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};

/** Where server and load ran. */
export const placement = ({ placements: [first], why }: Pinning): string =>
  first === null
    ? `Not pinned: ${why}.`
    : `Pinned: the server with all its threads to core ${first.server} and the load to core ${first.load}, then the other way round.`;

/** How the figures of these workloads were taken, and with which load generator, for people. */
export const method = (
  { rounds, seconds, warmUpSeconds }: Effort,
  workloads: readonly Workload[],
  generator: GeneratorName,
): string => {
  const fresh = workloads.filter(({ isFresh }) => isFresh).map(({ title }) => title);
  const parts = [
    ...(generator === 'c' ? ['The load generator in C'] : []),
    `${rounds} rounds of ${seconds} s for each server`,
    'in pairs of slices (ours, theirs; theirs, ours)',
    rounds > 1 ? 'in two passes with new servers' : 'in one pass',
    ...workloads.filter(({ isOnOneCore }) => isOnOneCore).map(({ title }) => `both on one core for ${title}`),
    ...(fresh.length < workloads.length ? [`after ${warmUpSeconds} s to get warm`] : []),
    ...(fresh.length > 0 ? [`one round a pass of ${fresh.join(', ')}`] : []),
  ];
  return `${parts.join(', ')}.`;
};

/** Which ratios the two passes agree on. */
export const repetition = (comparisons: readonly Comparison[]): string => {
  if (comparisons.every(({ apart }) => apart === null)) return 'One pass: whether its ratios repeat is not known.';
  const apart = unrepeated(comparisons);
  if (apart.length === 0) return 'Both passes agree within 5 % in every ratio.';
  const byMeasure = Map.groupBy(apart, ({ workload, measure }) => `${workload}, ${measure}`);
  const named = [...byMeasure].map(([name, all]) => {
    const against = all.map((it) => `${it.theirs?.title} (${percent(it.apart ?? 0)})`);
    return `${name}, against ${against.join(', ')}`;
  });
  return `These ratios did not repeat within 5 %: ${named.join('; ')}.`;
};

/** What a quick run tried, a line for each pair of servers. */
export const trials = (name: string, pairings: readonly Pairing[]): readonly string[] =>
  pairings.map(({ peer, rounds }) => {
    const samples = rounds.flatMap(({ pairs }) => pairs.flatMap(({ ours, theirs }) => [ours, theirs]));
    const failures = samples.filter((sample) => sample === null).length;
    const errors = samples.reduce((sum, sample) => sum + (sample?.errors ?? 0), 0);
    const what = `${name}: serve, ${peer.name}`;
    return failures === 0 && errors === 0 ? `ok - ${what}` : `not ok - ${what}: ${failures} failed, ${errors} errors`;
  });
