import type { Row } from '../../memory/ledger/row.ts';
import { ladderOf, type Rung, shorten } from '../../model/ladder.ts';
import type { Connection, Rate } from '../../model/snapshot.ts';
import { verdictOf } from '../../model/verdict.ts';
import type { Detail } from '../../model/view.ts';
import { isStream } from '../../text/endpoint.ts';
import { duration, exact, size } from '../../text/format.ts';
import { cellWidth, fit, wrap } from '../../text/width.ts';
import type { Rect } from '../layout.ts';
import { palette, type Style } from '../palette.ts';
import { type Span, span } from '../row.tsx';
import type { DetailState } from '../state/detail-state.ts';
import { counterLines } from './counters.tsx';

const timeCells = 8;
const arrows = { toUs: ' ──→ ', toPeer: ' ←── ', none: ' ─── ' } as const;
const arrowCells = 5;

/** The text of one rung: the peer's calls at the left, ours at the right. */
interface Sides {
  readonly peer: string;
  readonly arrow: keyof typeof arrows;
  readonly us: string;
  readonly style: Style;
}

/**
 * The ladder in at most `rows` lines of exactly `cells` cells, with the time since accept at the left. It starts at rung
 * `top`; null shows both ends, and one line that counts the rungs left out between them. Pure.
 */
export const ladderLines = (
  row: Row,
  rungs: readonly Rung[],
  cells: number,
  rows: number,
  top: number | null = null,
): readonly (readonly Span[])[] => {
  const firstFin = rungs.find(({ step }) => step === 'FIN' || step === 'shutdown');
  const drawn = rungs.map((rung) => ({ rung, ...sidesOf(row, rung, rung === firstFin) }));
  const room = Math.max(0, cells - timeCells - arrowCells);
  // Hidden rungs count too: the arrows keep their column while the ladder scrolls.
  const peerCells = Math.min(Math.floor(room / 2), Math.max(0, ...drawn.map(({ peer }) => cellWidth(peer) + 1)));
  const { first, left, last } =
    top === null ? shorten(drawn, rows) : { first: drawn.slice(top, top + rows), left: 0, last: [] };
  const lines = [...first, ...last].map(({ rung, peer, arrow, us, style }) => [
    span(fit(since(rung.sinceMs), timeCells, 'right'), palette.dim),
    span(fit(peer, peerCells, 'right'), style),
    span(arrows[arrow], palette.dim),
    span(fit(us, room - peerCells), style),
  ]);
  if (left === 0) return lines;
  const gap = [span(fit(`${' '.repeat(timeCells)} ⋮ ${left} more`, cells), palette.dim)];
  return [...lines.slice(0, first.length), gap, ...lines.slice(first.length)];
};

const since = (ms: number): string => (ms < 0 ? `-${duration(-ms)}` : duration(ms));

const sidesOf = (row: Row, rung: Rung, isFirstFin: boolean): Sides => {
  const ours = rung.by === 'us';
  switch (rung.step) {
    case 'connect':
      return { peer: 'connect', arrow: 'toUs', us: '', style: palette.accent };
    case 'accept':
      if (!isStream(row.transport)) return { peer: '', arrow: 'toUs', us: 'first seen', style: palette.good };
      return { peer: 'SYN', arrow: 'toUs', us: 'SYN accepted', style: palette.good };
    case 'recv':
      if (ours) return { peer: '', arrow: 'toUs', us: moved(rung), style: palette.plain };
      return { peer: moved(rung), arrow: 'toPeer', us: '', style: palette.plain };
    case 'send':
      if (ours) return { peer: '', arrow: 'toPeer', us: moved(rung), style: palette.plain };
      return { peer: moved(rung), arrow: 'toUs', us: '', style: palette.plain };
    case 'shutdown': {
      const state = isFirstFin ? ' (FIN_WAIT)' : '';
      return { peer: '', arrow: 'none', us: `shutdown, FIN queued${state}`, style: palette.accent };
    }
    case 'FIN': {
      const state = isFirstFin ? ` (${ours ? 'FIN_WAIT' : 'CLOSE_WAIT'})` : '';
      if (ours) return { peer: '', arrow: 'toPeer', us: `FIN sent${state}`, style: palette.accent };
      return { peer: 'FIN', arrow: 'toUs', us: `FIN received${state}`, style: palette.accent };
    }
    case 'RST':
      if (ours) return { peer: '', arrow: 'toPeer', us: 'RST sent', style: palette.bad };
      return { peer: 'RST', arrow: 'toUs', us: 'RST received', style: palette.bad };
    case 'closed':
      return { peer: '', arrow: 'none', us: `closed (${endOf(row)})`, style: palette.strong };
    default:
      return rung.step satisfies never;
  }
};

const endOf = ({ how, error }: Row): string => [how ?? 'unknown', error].filter((part) => part !== null).join(' ');

/** `recv 12 B`, `recv ×84, 1.2 MB, to 3.2 s`; a send that the kernel has taken in part says so. */
const moved = ({ step, count, bytes, sinceMs, untilMs }: Rung): string => {
  if (count === 0) return `${step} ${size(bytes)}, a part`;
  if (count === 1) return `${step} ${size(bytes)}`;
  return `${step} ×${exact(count)}, ${size(bytes)}${untilMs > sinceMs ? `, to ${since(untilMs)}` : ''}`;
};

/** Rungs that the counters above the ladder must leave room for. */
const minRungs = 6;
/** Lines of counters: in, out, and the state of an open connection. The verdict of a closed one replaces the state. */
const openCounters = 3;
const closedCounters = 2;
/** A pane with fewer lines is low. */
const lowRows = 12;

/** The ladder pane, laid out. */
export interface LadderPage {
  readonly cells: number;
  /** Lines of counters at the top. */
  readonly counters: number;
  /** The verdict below them; empty while the connection is open. */
  readonly verdict: readonly string[];
  readonly rungs: readonly Rung[];
  /** Lines for the ladder. */
  readonly rows: number;
}

/** Divides the lines of the pane. In a low pane a ladder that scrolls takes all of them. Pure. */
export const ladderPage = (
  connection: Connection,
  detail: Detail | null,
  { rung }: Pick<DetailState, 'rung'>,
  rect: Rect,
): LadderPage => {
  const cells = Math.max(1, rect.width - 4);
  const rows = Math.max(0, rect.height - 2);
  const calls = detail?.id === connection.id ? detail.calls : null;
  const rungs = calls === null ? [] : ladderOf(connection, calls);
  if (rung !== null && rows < lowRows) return { cells, counters: 0, verdict: [], rungs, rows };
  const sentence = verdictOf(connection);
  const verdict = sentence === null ? [] : wrapSentence(sentence, cells).slice(0, rows);
  const spare = rows - verdict.length - Math.min(minRungs, rungs.length);
  const counters = Math.max(0, Math.min(sentence === null ? openCounters : closedCounters, spare));
  return { cells, counters, verdict, rungs, rows: rows - verdict.length - counters };
};

/** A number and its unit stay on one line. */
const wrapSentence = (sentence: string, cells: number): readonly string[] =>
  wrap(sentence.replaceAll(/(?<=\d) (?=[kMGTP]?B|[mµn]?s)/gu, unbroken), cells).map((line) =>
    line.replaceAll(unbroken, ' '),
  );
const unbroken = '\u00a0';

/** The first visible rung; null where the ladder fits, or shows both ends. */
export const topRung = ({ rungs, rows }: LadderPage, rung: number | null): number | null =>
  rung === null || rungs.length <= rows ? null : Math.min(rung, rungs.length - rows);

/** The lines of the pane. Pure. */
export const ladderPaneLines = (
  connection: Connection,
  history: readonly Rate[],
  page: LadderPage,
  rung: number | null,
): readonly (readonly Span[])[] => {
  const { cells, verdict, rungs, rows } = page;
  const ladder = rows === 0 ? [] : ladderLines(connection, rungs, cells, rows, topRung(page, rung));
  const above = [
    ...counterLines(connection, history, cells).slice(0, page.counters),
    ...verdict.map((text) => [span(text, palette.strong)]),
  ];
  const blank = above.length > 0 && ladder.length < rows ? [[]] : [];
  return [...above, ...blank, ...ladder];
};
