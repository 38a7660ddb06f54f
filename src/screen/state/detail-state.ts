import type { Piece } from '../../model/payload.ts';
import type { Request } from '../keys/actions.ts';
import type { PayloadFormat, PayloadLine } from '../panes/payload-lines.ts';
import { type Anchor, type Page, scrollBy, scrollToOldest } from './scroll.ts';

/** The parts of the detail, in the order in which Tab visits them. */
export const parts = ['life', 'payload'] as const;
export type Part = (typeof parts)[number];

/** What the screen remembers of the connection whose detail is open. */
export interface DetailState {
  readonly id: number;
  /** The one that is scrolled. */
  readonly part: Part;
  readonly format: PayloadFormat;
  /** First rung of the ladder on view; null shows how it began and how it ends, whatever has to give way between. */
  readonly rung: number | null;
  /** Where the payload is read; null follows the newest. */
  readonly anchor: Anchor;
}

/** What a key does to it. */
export type DetailAction =
  | ('open' | 'close' | 'format' | 'nextRow' | 'previousRow')
  | ('previous' | 'next' | 'pageUp' | 'pageDown' | 'first' | 'last');

/** What was on view when the key came. */
export interface DetailContext {
  /** Connections in the order of the list, and the selected one. */
  readonly ids: readonly number[];
  readonly selected: number | null;
  /** Rungs that there are, and those that fit. */
  readonly ladder: { readonly rungs: number; readonly rows: number };
  readonly payload: Page<Piece, PayloadLine>;
}

interface Step {
  readonly detail: DetailState | null;
  readonly requests: readonly Request[];
}

const still = (detail: DetailState | null): Step => ({ detail, requests: [] });

/** One key. Pure: whoever opens or closes a detail asks for its payload to be copied, or no longer. */
export const reduceDetail = (detail: DetailState | null, what: DetailAction, on: DetailContext): Step => {
  if (what === 'open') return on.selected === null ? still(detail) : opened(detail, on.selected);
  if (detail === null) return still(detail);
  switch (what) {
    case 'close':
      return { detail: null, requests: [{ type: 'look', id: null }] };
    case 'nextRow':
    case 'previousRow': {
      const id = on.ids[on.ids.indexOf(detail.id) + (what === 'nextRow' ? 1 : -1)];
      return id === undefined ? still(detail) : opened(detail, id);
    }
    case 'format':
      return still({ ...detail, format: detail.format === 'text' ? 'hex' : 'text', anchor: firstLine(detail.anchor) });
    default:
      return still(
        detail.part === 'life'
          ? { ...detail, rung: climb(detail.rung, what, on.ladder) }
          : { ...detail, anchor: scroll(detail.anchor, what, on.payload) },
      );
  }
};

/** The way of looking stays when another connection is looked at. */
const opened = (before: DetailState | null, id: number): Step => ({
  detail: { part: 'payload', format: 'text', ...before, id, rung: null, anchor: null },
  requests: [{ type: 'look', id }],
});

type Move = Extract<DetailAction, 'previous' | 'next' | 'pageUp' | 'pageDown' | 'first' | 'last'>;

/** Lines towards the end that a move goes in a window of `rows`. */
const linesOf = (move: Exclude<Move, 'first' | 'last'>, rows: number): number => {
  const page = Math.max(1, rows - 1);
  return { previous: -1, next: 1, pageUp: -page, pageDown: page }[move];
};

/** From the whole in short, up goes to its end and down to its beginning; what fits whole has nothing to climb. */
const climb = (rung: number | null, move: Move, { rungs, rows }: DetailContext['ladder']): number | null => {
  const most = rungs - rows;
  if (most <= 0 || move === 'last') return null;
  if (move === 'first') return 0;
  const lines = linesOf(move, rows);
  if (rung === null) return lines < 0 ? most : 0;
  return Math.max(0, Math.min(Math.min(rung, most) + lines, most));
};

const scroll = (anchor: Anchor, move: Move, payload: Page<Piece, PayloadLine>): Anchor => {
  if (move === 'last') return null;
  return move === 'first' ? scrollToOldest(payload) : scrollBy(payload, anchor, -linesOf(move, payload.rows));
};

/** The same piece has other lines in the other format. */
const firstLine = (anchor: Anchor): Anchor => (anchor === null ? null : { key: anchor.key, line: 0 });
