import type { Piece } from '../../model/payload.ts';
import type { Target } from '../keys/actions.ts';
import { type Anchor, distanceTo, type Page, scrollTo } from './scroll.ts';

/** Payload as text with escapes, or as a hex dump. */
export type PayloadFormat = 'text' | 'hex';

/** How far the selected connection is scrolled. */
export interface SideState {
  /** The connection that `rung` and `anchor` belong to: another one is shown from its newest end. */
  readonly id: number | null;
  readonly format: PayloadFormat;
  /** First visible rung of the ladder; null shows its start and its end, and leaves out the middle where room is short. */
  readonly rung: number | null;
  /** Position in the payload; null follows the newest. */
  readonly anchor: Anchor;
}

export const initialSide: SideState = { id: null, format: 'text', rung: null, anchor: null };

/** What is visible when the key comes. */
export interface SideContext {
  /** Rungs in all, and rows for them. */
  readonly ladder: { readonly rungs: number; readonly rows: number };
  readonly payload: Page<Piece, unknown>;
}

/** The side as it shows connection `id`. */
export const sideOf = (side: SideState, id: number | null): SideState =>
  side.id === id ? side : { ...side, id, rung: null, anchor: null };

export const scrollPayload = (side: SideState, to: Target, { payload }: SideContext): SideState => ({
  ...side,
  anchor: scrollTo(payload, side.anchor, to),
});

/** From the shortened ladder, up goes to its end and down to its start. A ladder that fits does not scroll. */
export const scrollStages = (side: SideState, to: Target, { ladder: { rungs, rows } }: SideContext): SideState => {
  const last = rungs - rows;
  if (last <= 0 || to === 'last') return { ...side, rung: null };
  if (to === 'first') return { ...side, rung: 0 };
  const lines = distanceTo(to, rows);
  if (side.rung === null) return { ...side, rung: lines < 0 ? last : 0 };
  return { ...side, rung: Math.max(0, Math.min(Math.min(side.rung, last) + lines, last)) };
};

/** A piece has other lines in the other format. */
export const changeFormat = (side: SideState): SideState => ({
  ...side,
  format: side.format === 'text' ? 'hex' : 'text',
  anchor: side.anchor === null ? null : { key: side.anchor.key, line: 0 },
});
