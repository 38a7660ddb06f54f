import type { Piece } from '../../model/payload.ts';
import type { DetailAction, Request, Target } from '../keys/actions.ts';
import type { Part } from '../layout.ts';
import { type Anchor, distanceTo, type Page, scrollTo } from './scroll.ts';

/** Payload as text with escapes, or as a hex dump. */
export type PayloadFormat = 'text' | 'hex';

/** The state of the open detail. */
export interface DetailState {
  readonly id: number;
  /** The part that scrolls. */
  readonly part: Part;
  readonly format: PayloadFormat;
  /** First visible rung of the ladder; null shows its start and its end, and leaves out the middle where room is short. */
  readonly rung: number | null;
  /** Position in the payload; null follows the newest. */
  readonly anchor: Anchor;
}

/** What is visible when the key comes. */
export interface DetailContext {
  /** Connections in the order of the list, and the selected one. */
  readonly ids: readonly number[];
  readonly selected: number | null;
  /** Rungs in all, and rows for them. */
  readonly ladder: { readonly rungs: number; readonly rows: number };
  readonly payload: Page<Piece, unknown>;
}

interface Step {
  readonly detail: DetailState | null;
  readonly requests: readonly Request[];
}

const step = (detail: DetailState | null, ...requests: readonly Request[]): Step => ({ detail, requests });

/** Applies one key. Pure: opening and closing request the payload to be copied from now on, or no longer. */
export const reduceDetail = (detail: DetailState | null, action: DetailAction, context: DetailContext): Step => {
  if (action === 'open') return context.selected === null ? step(detail) : open(detail, context.selected);
  if (detail === null) return step(detail);
  switch (action) {
    case 'close':
      return step(null, { type: 'detail', id: null });
    case 'nextRow':
    case 'previousRow': {
      const id = context.ids[context.ids.indexOf(detail.id) + (action === 'nextRow' ? 1 : -1)];
      return id === undefined ? step(detail) : open(detail, id);
    }
    case 'format':
      return step({ ...detail, format: detail.format === 'text' ? 'hex' : 'text', anchor: firstLine(detail.anchor) });
    default:
      return step(
        detail.part === 'ladder'
          ? { ...detail, rung: scrollLadder(detail.rung, action, context.ladder) }
          : { ...detail, anchor: scrollTo(context.payload, detail.anchor, action) },
      );
  }
};

/** Part and format stay when another connection is opened. */
const open = (before: DetailState | null, id: number): Step =>
  step({ part: 'payload', format: 'text', ...before, id, rung: null, anchor: null }, { type: 'detail', id });

/** From the shortened ladder, up goes to its end and down to its start. A ladder that fits does not scroll. */
const scrollLadder = (rung: number | null, to: Target, { rungs, rows }: DetailContext['ladder']): number | null => {
  const last = rungs - rows;
  if (last <= 0 || to === 'last') return null;
  if (to === 'first') return 0;
  const lines = distanceTo(to, rows);
  if (rung === null) return lines < 0 ? last : 0;
  return Math.max(0, Math.min(Math.min(rung, last) + lines, last));
};

/** A piece has other lines in the other format. */
const firstLine = (anchor: Anchor): Anchor => (anchor === null ? null : { key: anchor.key, line: 0 });
