import type { Row } from '../ledger/row.ts';
import { type Rung, shorten } from '../model/ladder.ts';
import { duration, exact, size } from '../text/format.ts';
import { cellWidth, fit } from '../text/width.ts';
import { palette, type Style } from './palette.ts';
import { type Span, span } from './row.tsx';

const timeCells = 8;
const arrows = { toUs: ' ──→ ', toPeer: ' ←── ', none: ' ─── ' } as const;
const arrowCells = 5;

/** One rung as it is drawn: what the peer did at the left, what we did at the right. */
interface Sides {
  readonly peer: string;
  readonly arrow: keyof typeof arrows;
  readonly us: string;
  readonly style: Style;
}

/**
 * The ladder in at most `rows` lines of exactly `cells` cells, times since accept at the left: from rung `top` on, or
 * (null) from how it began to how it ended, with a line for those in between that have no room. Pure.
 */
export const ladderLines = (
  row: Row,
  rungs: readonly Rung[],
  cells: number,
  rows: number,
  top: number | null = null,
): readonly (readonly Span[])[] => {
  const firstFin = rungs.find(({ step }) => step === 'FIN');
  const drawn = rungs.map((rung) => ({ rung, ...sidesOf(row, rung, rung === firstFin) }));
  const room = Math.max(0, cells - timeCells - arrowCells);
  // Of all rungs, also those not on view: the arrows keep their column while one scrolls.
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
      if (row.transport === 'udp') return { peer: '', arrow: 'toUs', us: 'first seen', style: palette.good };
      return { peer: 'SYN', arrow: 'toUs', us: 'SYN accepted', style: palette.good };
    case 'recv':
      if (ours) return { peer: '', arrow: 'toUs', us: moved(rung), style: palette.plain };
      return { peer: moved(rung), arrow: 'toPeer', us: '', style: palette.plain };
    case 'send':
      if (ours) return { peer: '', arrow: 'toPeer', us: moved(rung), style: palette.plain };
      return { peer: moved(rung), arrow: 'toUs', us: '', style: palette.plain };
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

/** `recv 12 B`, `recv ×84, 1.2 MB, to 3.2 s`; a send that the kernel has not taken whole says so. */
const moved = ({ step, count, bytes, sinceMs, untilMs }: Rung): string => {
  if (count === 0) return `${step} ${size(bytes)}, a part`;
  if (count === 1) return `${step} ${size(bytes)}`;
  return `${step} ×${exact(count)}, ${size(bytes)}${untilMs > sinceMs ? `, to ${since(untilMs)}` : ''}`;
};
