import { owedOf } from '../../model/condition.ts';
import type { Connection, Rate } from '../../model/snapshot.ts';
import { verdictOf } from '../../model/verdict.ts';
import { isStream } from '../../text/endpoint.ts';
import { clockDate, clockTime, exact, plural, rate, sparkline } from '../../text/format.ts';
import { cellWidth, fit, wrap } from '../../text/width.ts';
import { palette } from '../palette.ts';
import { type Span, span } from '../row.tsx';

/** Cells of each field of a direction. Bytes fit up to 99 TB; more takes more room. */
const bytesCells = 13;
const callsCells = 7;
const rateCells = 9;
const unitCells = 'writes'.length;
/** A sparkline shows one value a second for a minute; below 8 cells it shows no shape. */
const sparkCells = { min: 8, max: 60 } as const;

/** Why reading has stopped, and with it our knowledge of the peer's FIN or RST; null while it goes on. */
const halted = 'not reading (nor a FIN)';
const haltOf = ({ how, paused, stalled }: Connection): string | null => {
  if (how !== null) return null;
  if (paused) return `‖ ${halted}: paused`;
  return stalled ? `! ${halted}: peer does not take our bytes` : null;
};

/** How a connection stands: why it is not read, and once it has ended how it went. Lines of at most `cells` cells. */
export const stateLines = (connection: Connection, cells: number): readonly (readonly Span[])[] => {
  const halt = haltOf(connection);
  const verdict = verdictOf(connection);
  return [
    ...(halt === null ? [] : wrap(halt, cells).map((text) => [span(text, palette.warn)])),
    ...(verdict === null ? [] : wrapSentence(verdict, cells).map((text) => [span(text, palette.strong)])),
  ];
};

/** A number and its unit stay on one line. */
const wrapSentence = (sentence: string, cells: number): readonly string[] =>
  wrap(sentence.replaceAll(/(?<=\d) (?=[kMGTP]?B|[mµn]?s)/gu, unbroken), cells).map((line) =>
    line.replaceAll(unbroken, ' '),
  );
const unbroken = '\u00a0';

/** The counters of one connection, and its state while it is open. Lines of at most `cells` cells. Pure. */
export const counterLines = (
  connection: Connection,
  history: readonly Rate[],
  cells: number,
): readonly (readonly Span[])[] => [
  directionLine('in', connection, history, cells),
  directionLine('out', connection, history, cells),
  ...(connection.how === null ? [stateLine(connection, cells)] : []),
];

/**
 * The same in a line or two, above a payload that stands alone: as much as one line has room for. The verdict of a closed
 * connection has its counters in it.
 */
export const summaryLines = (connection: Connection, cells: number): readonly (readonly Span[])[] => {
  if (connection.how !== null) return stateLines(connection, cells).slice(0, 2);
  const { bytesIn, bytesOut, reads, writes, discipline } = connection;
  const state = stateOf(connection);
  let line = '';
  for (const part of [
    `in ${exact(bytesIn)} B`,
    `out ${exact(bytesOut)} B`,
    ...owedParts(connection),
    ...heldParts(connection),
    `echo ${discipline}`,
    `${plural(reads, 'read')}, ${plural(writes, 'write')}`,
  ]) {
    if (cellWidth(`${state.text}${line} · ${part}`) > cells) break;
    line += ` · ${part}`;
  }
  return [[state, span(line)], ...stateLines(connection, cells).slice(0, 2)];
};

const directionLine = (
  direction: 'in' | 'out',
  row: Connection,
  history: readonly Rate[],
  cells: number,
): readonly Span[] => {
  const both = [exact(row.bytesIn), exact(row.bytesOut)];
  const bytes = direction === 'in' ? row.bytesIn : row.bytesOut;
  const width = Math.max(bytesCells, ...both.map((text) => text.length));
  const callsWidth = Math.max(callsCells, exact(row.reads).length, exact(row.writes).length);
  const spans: Span[] = [
    span(fit(direction, 3), palette.dim),
    span(` ${fit(exact(bytes), width, 'right')} B`, palette.strong),
  ];
  let spare = cells - 6 - width;
  const add = (text: string, needed: number, style = palette.plain) => {
    if (spare < needed) return;
    spans.push(span(text, style));
    spare -= cellWidth(text);
  };
  const rateText = `  ${fit(rate(row.rate[direction]), rateCells, 'right')}`;
  const calls = direction === 'in' ? row.reads : row.writes;
  const unit = `${direction === 'in' ? 'read' : 'write'}${calls === 1 ? '' : 's'}`;
  const callsText = ` ${fit(exact(calls), callsWidth, 'right')} ${fit(unit, unitCells)}`;
  // The rate goes before the calls where only one of them fits.
  add(callsText, cellWidth(callsText) + cellWidth(rateText));
  add(rateText, cellWidth(rateText));
  const spark = Math.min(sparkCells.max, spare - 2);
  if (spark >= sparkCells.min) {
    const values = history.map((second) => second[direction]);
    spans.push(span(`  ${fit(sparkline(values, spark), spark)}`, palette.accent));
  }
  return spans;
};

/** What the discipline holds back, and until when; null: nothing. Without it an echo by line looks dead. */
export const holdingOf = ({ held, discipline }: Pick<Connection, 'held' | 'discipline'>): string | null =>
  held === 0 ? null : `holding ${exact(held)} B until ${discipline === 'line' ? '\\n' : 'FIN'}`;

const heldParts = (row: Connection): readonly string[] => {
  const holding = holdingOf(row);
  return holding === null ? [] : [holding];
};

const stateOf = ({ state, transport }: Connection): Span =>
  span(isStream(transport) ? state : transport.toUpperCase(), state === 'ESTABLISHED' ? palette.good : palette.accent);

/** Under chunk every byte goes back, until our FIN. Bytes written by a key make it more than what came in. */
const owedParts = (row: Connection): readonly string[] =>
  row.discipline === 'chunk' && row.how === null && row.at.finSent === null ? [`owed ${exact(owedOf(row))} B`] : [];

/** State, echo, bytes owed, and since when. */
const stateLine = (row: Connection, cells: number): readonly Span[] => {
  const state = stateOf(row);
  const known = ` · ${[`echo ${row.discipline}`, ...owedParts(row), ...heldParts(row)].join(' · ')}`;
  const time = clockTime(row.openedWallMs);
  const opened = [` · opened ${clockDate(row.openedWallMs)} ${time}`, ` · opened ${time}`].find(
    (text) => cellWidth(state.text + known + text) <= cells,
  );
  return [state, span(fit(known + (opened ?? ''), Math.max(0, cells - cellWidth(state.text))))];
};
