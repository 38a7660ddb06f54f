import type { Row } from '../../memory/ledger/row.ts';
import { ladderOf, type Rung, shorten } from '../../model/ladder.ts';
import type { Connection, Rate } from '../../model/snapshot.ts';
import type { Detail } from '../../model/view.ts';
import { isStream } from '../../text/endpoint.ts';
import { duration, exact, size } from '../../text/format.ts';
import { cellWidth, fit } from '../../text/width.ts';
import type { Rect } from '../layout.ts';
import { palette, type Style } from '../palette.ts';
import { type Span, span } from '../row.tsx';
import type { SideState } from '../state/side.ts';
import { counterLines, stateLines } from './counter-lines.ts';

const timeCells = 8;
const arrows = { toUs: ' ──→ ', toPeer: ' ←── ', none: ' ─── ' } as const;
const arrowCells = 5;
const stateCells = cellWidth('FIN FIN received (CLOSE_WAIT)');

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
  const room = Math.max(0, cells - timeCells - arrowCells);
  // The state that a FIN leads to is left out where the line has no room for it.
  const firstFin = room < stateCells ? undefined : rungs.find(({ step }) => step === 'FIN' || step === 'shutdown');
  const drawn = rungs.map((rung) => ({ rung, ...sidesOf(row, rung, rung === firstFin) }));
  // Hidden rungs count too: the arrows keep their column while the ladder scrolls.
  const peerCells = Math.min(Math.floor(room / 2), Math.max(0, ...drawn.map(({ peer }) => cellWidth(peer) + 1)));
  const { first, left, last } =
    top === null ? shorten(drawn, rows) : { first: drawn.slice(top, top + rows), left: 0, last: [] };
  const lines = [...first, ...last].map(({ rung, peer, arrow, us, style }) => [
    span(fit(since(rung.sinceMs), timeCells, 'right'), palette.dim),
    span(fit(peer, peerCells, 'right'), style),
    span(arrows[arrow], palette.dim),
    span(fit(brief(us, room - peerCells), room - peerCells), style),
  ]);
  if (left === 0) return lines;
  const gap = [span(fit(`${' '.repeat(timeCells)} ⋮ ${left} more`, cells), palette.dim)];
  return [...lines.slice(0, first.length), gap, ...lines.slice(first.length)];
};

/** Without its last parts, where they have no room. */
const brief = (text: string, cells: number): string => {
  const end = text.lastIndexOf(', ');
  return cellWidth(text) <= cells || end < 0 ? text : brief(text.slice(0, end), cells);
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

/** The name of an error alone says that there was one, and a RST has a line of its own. */
const endOf = ({ how, error }: Row): string => (how === 'error' ? error : how) ?? 'unknown';

/** `recv 12 B`, `recv ×84, 1.2 MB, to 3.2 s`; a send that the kernel has taken in part says so. */
const moved = ({ step, count, bytes, sinceMs, untilMs }: Rung): string => {
  if (count === 0) return `${step} ${size(bytes)}, a part`;
  if (count === 1) return `${step} ${size(bytes)}`;
  return `${step} ×${exact(count)}, ${size(bytes)}${untilMs > sinceMs ? `, to ${since(untilMs)}` : ''}`;
};

/** Rungs that the counters above the ladder must leave room for. */
const minRungs = 6;
/** A pane with fewer lines is low. */
const lowRows = 12;

/** The stages pane, laid out. */
export interface LadderPage {
  readonly cells: number;
  /** Counters, state and verdict, above the ladder. */
  readonly above: readonly (readonly Span[])[];
  readonly rungs: readonly Rung[];
  /** Lines for the ladder. */
  readonly rows: number;
}

/**
 * Divides the lines of the pane. How the connection stands goes before its counters, and a ladder that scrolls takes all
 * of a low pane. Pure.
 */
export const ladderPage = (
  connection: Connection,
  detail: Detail | null,
  { rung }: Pick<SideState, 'rung'>,
  rect: Rect,
  history: readonly Rate[] = [],
): LadderPage => {
  const cells = Math.max(1, rect.width - 4);
  const rows = Math.max(0, rect.height - 2);
  const calls = detail?.id === connection.id ? detail.calls : null;
  const rungs = calls === null ? [] : ladderOf(connection, calls);
  if (rung !== null && rows < lowRows) return { cells, above: [], rungs, rows };
  const state = stateLines(connection, cells).slice(0, rows);
  const spare = Math.max(0, rows - state.length - Math.min(minRungs, rungs.length));
  const above = [...counterLines(connection, history, cells).slice(0, spare), ...state];
  return { cells, above, rungs, rows: rows - above.length };
};

/** The first visible rung; null where the ladder fits, or shows both ends. */
export const topRung = ({ rungs, rows }: LadderPage, rung: number | null): number | null =>
  rung === null || rungs.length <= rows ? null : Math.min(rung, rungs.length - rows);

/** The lines of the pane. Pure. */
export const ladderPaneLines = (
  connection: Connection,
  page: LadderPage,
  rung: number | null,
): readonly (readonly Span[])[] => {
  const { cells, above, rungs, rows } = page;
  const ladder = rows === 0 ? [] : ladderLines(connection, rungs, cells, rows, topRung(page, rung));
  const blank = above.length > 0 && ladder.length < rows ? [[]] : [];
  return [...above, ...blank, ...ladder];
};
