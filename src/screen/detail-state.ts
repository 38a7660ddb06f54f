import type { Piece } from '../model/payload.ts';
import type { Request } from './keymap.ts';
import type { PayloadFormat, PayloadLine } from './payload-lines.ts';
import { type Anchor, type Page, scrollBy, scrollToOldest } from './scroll.ts';

/** What the screen remembers of the connection whose detail is open. */
export interface DetailState {
  readonly id: number;
  readonly format: PayloadFormat;
  /** Where the payload is read; null follows the newest. */
  readonly anchor: Anchor;
}

/** What a key does to it. */
export type Look = 'open' | 'close' | 'format' | 'previous' | 'next' | 'pageUp' | 'pageDown' | 'first' | 'last';

interface Step {
  readonly detail: DetailState | null;
  readonly requests: readonly Request[];
}

const still = (detail: DetailState | null): Step => ({ detail, requests: [] });

/** One key. Pure: whoever opens or closes a detail asks for its payload to be copied, or no longer. */
export const look = (
  detail: DetailState | null,
  what: Look,
  { selected, payload }: { readonly selected: number | null; readonly payload: Page<Piece, PayloadLine> },
): Step => {
  if (what === 'open') {
    if (selected === null) return still(detail);
    return { detail: { id: selected, format: 'text', anchor: null }, requests: [{ type: 'look', id: selected }] };
  }
  if (detail === null) return still(detail);
  const scrolled = (lines: number): Step => still({ ...detail, anchor: scrollBy(payload, detail.anchor, lines) });
  const page = Math.max(1, payload.rows - 1);
  switch (what) {
    case 'close':
      return { detail: null, requests: [{ type: 'look', id: null }] };
    case 'format':
      return still({ ...detail, format: detail.format === 'text' ? 'hex' : 'text', anchor: firstLine(detail.anchor) });
    case 'previous':
      return scrolled(1);
    case 'next':
      return scrolled(-1);
    case 'pageUp':
      return scrolled(page);
    case 'pageDown':
      return scrolled(-page);
    case 'first':
      return still({ ...detail, anchor: scrollToOldest(payload) });
    case 'last':
      return still({ ...detail, anchor: null });
    default:
      return what satisfies never;
  }
};

/** The same piece has other lines in the other format. */
const firstLine = (anchor: Anchor): Anchor => (anchor === null ? null : { key: anchor.key, line: 0 });
