import { memo } from 'react';
import { type Row as LedgerRow, type Moment, moments } from '../../memory/ledger/row.ts';
import type { Connection, Rate } from '../../model/snapshot.ts';
import { isStream } from '../../text/endpoint.ts';
import { clockDate, clockTime, duration, exact, rate, sparkline } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { cellWidth, fit, wrap } from '../../text/width.ts';
import { Frame, Remark } from '../frame.tsx';
import type { Rect } from '../layout.ts';
import { palette } from '../palette.ts';
import { Row, type Span, span } from '../row.tsx';

interface CountersProps {
  readonly rect: Rect;
  readonly focused: boolean;
  /** The selected one. */
  readonly connection: Connection | null;
  /** Its rates in each of the last 60 seconds, newest last. */
  readonly history: readonly Rate[];
}

/** The exact counters of the selected connection. */
export const Counters = memo(({ rect, focused, connection, history }: CountersProps) => {
  if (connection === null) {
    return (
      <Frame rect={rect} title='Counters' focused={focused}>
        <Remark text='Counts the selected connection.' cells={rect.width - 2} />
      </Frame>
    );
  }
  const lines = counterLines(connection, history, rect.width - 4);
  return (
    <Frame rect={rect} title={`Counters #${connection.id}`} hint={printable(connection.peer)} focused={focused}>
      {spread(lines, rect.height - 2).map((spans, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the pane
        <Row key={place} spans={[span(' '), ...spans]} />
      ))}
    </Frame>
  );
});

/** The lines cut to `rows`, with a blank one between counters and state where there is room. */
const spread = (lines: readonly (readonly Span[])[], rows: number): readonly (readonly Span[])[] =>
  lines.length < rows ? [...lines.slice(0, 2), [], ...lines.slice(2)] : lines.slice(0, rows);

/** A stage of a connection. */
export interface Stage {
  readonly name: string;
  /** Milliseconds since the connection was accepted. */
  readonly sinceMs: number;
}

const names: Readonly<Record<Exclude<Moment, 'close'>, string>> = {
  accept: 'accept',
  recv: 'recv',
  send: 'send',
  finReceived: 'FIN received',
  finSent: 'shutdown',
};

/** The stages of a connection so far, in order of time. A UDP peer is not accepted; it is first seen. */
export const stagesOf = ({ at, how, error, ourEnd, transport }: LedgerRow): readonly Stage[] => {
  const nameOf = (moment: Moment): string => {
    if (moment === 'close') return `closed (${printable([how ?? 'unknown', error].filter(Boolean).join(' '))})`;
    if (moment === 'finSent' && ourEnd === 'acknowledged') return 'FIN sent';
    return moment === 'accept' && !isStream(transport) ? 'first seen' : names[moment];
  };
  const start = at.accept ?? 0;
  return moments
    .flatMap((moment) => {
      const time = at[moment];
      return time === null ? [] : [{ name: nameOf(moment), sinceMs: Math.max(0, time - start) }];
    })
    .toSorted((a, b) => a.sinceMs - b.sinceMs);
};

/** Cells of each field of a direction. Bytes fit up to 99 TB; more takes more room. */
const bytesCells = 13;
const callsCells = 7;
const rateCells = 9;
const unitCells = 'writes'.length;
/** A sparkline shows one value a second for a minute; below 8 cells it shows no shape. */
const sparkCells = { min: 8, max: 60 } as const;

const isOwing = ({ discipline, how, at }: Connection): boolean =>
  discipline === 'chunk' && how === null && at.finSent === null;

/** Why reading has stopped, and with it our knowledge of the peer's FIN or RST; null while it goes on. */
const halted = 'not reading (nor a FIN)';
const haltOf = ({ how, paused, stalled }: Connection): string | null => {
  if (how !== null) return null;
  if (paused) return `‖ ${halted}: paused`;
  return stalled ? `! ${halted}: peer does not take our bytes` : null;
};

/** The lines of the counters of one connection, each of at most `cells` cells. Pure. */
export const counterLines = (
  connection: Connection,
  history: readonly Rate[],
  cells: number,
): readonly (readonly Span[])[] => [
  directionLine('in', connection, history, cells),
  directionLine('out', connection, history, cells),
  stateLine(connection, cells),
  ...wrapped(haltOf(connection), cells).map((text) => [span(text, palette.warn)]),
  ...stageLines(connection, cells).map((text) => [span(text, palette.dim)]),
];

const wrapped = (text: string | null, cells: number): readonly string[] => (text === null ? [] : wrap(text, cells));

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
export const holdingOf = ({ held, discipline }: LedgerRow): string | null =>
  held === 0 ? null : `holding ${exact(held)} B until ${discipline === 'line' ? '\\n' : 'FIN'}`;

/** State, and the bytes owed: under chunk every byte goes back, until our FIN. */
const stateLine = (row: Connection, cells: number): readonly Span[] => {
  const state = row.how !== null ? 'CLOSED' : isStream(row.transport) ? row.state : row.transport.toUpperCase();
  // Bytes written by a key make it more than what came in.
  const owed = Math.max(0, row.bytesIn - row.bytesOut);
  const holding = holdingOf(row);
  const parts = [
    `echo ${row.discipline}`,
    ...(isOwing(row) ? [`owed ${exact(owed)} B`] : []),
    ...(holding === null ? [] : [holding]),
  ];
  const known = ` · ${parts.join(' · ')}`;
  const time = clockTime(row.openedWallMs);
  const opened = [` · opened ${clockDate(row.openedWallMs)} ${time}`, ` · opened ${time}`].find(
    (text) => cellWidth(state + known + text) <= cells,
  );
  const rest = known + (opened ?? '');
  const style = row.how !== null ? palette.dim : row.state === 'ESTABLISHED' ? palette.good : palette.accent;
  return [span(state, style), span(fit(rest, Math.max(0, cells - cellWidth(state))), palette.plain)];
};

/** The stages on one line, or broken before a stage where the next would not fit. */
export const stageLines = (row: Connection, cells: number): readonly string[] => {
  const lines: string[] = [];
  for (const [place, { name, sinceMs }] of stagesOf(row).entries()) {
    const text = place === 0 ? name : `${name} +${duration(sinceMs)}`;
    const last = lines.at(-1);
    if (last === undefined) lines.push(fit(text, Math.min(cells, cellWidth(text))));
    else if (cellWidth(last) + 3 + cellWidth(text) <= cells) lines[lines.length - 1] = `${last} ─ ${text}`;
    else lines.push(fit(`─ ${text}`, Math.min(cells, cellWidth(text) + 2)));
  }
  return lines;
};
