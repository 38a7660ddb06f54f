import type { Part } from './detail-state.ts';
import type { Layout, Pane, Rect } from './layout.ts';

/** Where the two parts of the detail go. */
export interface DetailRects {
  readonly ladder: Rect;
  readonly payload: Rect;
}

/** A body at least this wide has room for the ladder beside the payload. */
const besideCells = 90;
const lifeCells = { least: 40, most: 56 } as const;
/** Where the two stand one above the other, the one that is read has the greater share of `rows`. */
const lifeRows = { least: 3, most: 22 } as const;
const lifeShare = { life: 0.7, payload: 0.52 } as const;

/**
 * The layout while a detail is open. It takes the place of list and counters; the client stays where there are
 * columns, and takes all of the room where there are none and the focus is on it.
 */
export const layOutDetail = (
  layout: Layout,
  focus: Pane,
  part: Part,
): { readonly layout: Layout; readonly detail: DetailRects | null } => {
  if (layout.kind === 'cramped') return { layout, detail: null };
  const rects = Object.values(layout.panes).filter((rect) => rect !== null);
  const { connections, counters, client } = layout.panes;
  if (layout.kind === 'columns' && connections !== null && counters !== null) {
    const body = around([connections, counters]);
    return { layout: { ...layout, panes: { connections: null, counters: null, client } }, detail: split(body, part) };
  }
  const body = around(rects);
  const isClient = focus === 'client';
  const panes = { connections: null, counters: null, client: isClient ? body : null };
  return { layout: { ...layout, panes }, detail: isClient ? null : split(body, part) };
};

/** The smallest rectangle around some that touch. */
const around = (rects: readonly Rect[]): Rect => {
  const left = Math.min(...rects.map((rect) => rect.left));
  const top = Math.min(...rects.map((rect) => rect.top));
  return {
    left,
    top,
    width: Math.max(...rects.map((rect) => rect.left + rect.width)) - left,
    height: Math.max(...rects.map((rect) => rect.top + rect.height)) - top,
  };
};

const split = (body: Rect, part: Part): DetailRects => {
  if (body.width >= besideCells) {
    const width = Math.max(lifeCells.least, Math.min(Math.floor(body.width * 0.5), lifeCells.most));
    return {
      ladder: { ...body, width },
      payload: { ...body, left: body.left + width, width: body.width - width },
    };
  }
  const share = Math.ceil(body.height * lifeShare[part]);
  const most = part === 'life' ? body.height - 3 : Math.min(lifeRows.most, body.height - 4);
  const height = Math.max(lifeRows.least, Math.min(share, most));
  return {
    ladder: { ...body, height },
    payload: { ...body, top: body.top + height, height: body.height - height },
  };
};

/** Lines of payload that its pane shows, with `taken` lines below them in use for something else, and their cells. */
export const payloadRows = (rect: Rect, taken: number): number => Math.max(0, rect.height - 2 - taken);
export const payloadCells = (rect: Rect): number => Math.max(1, rect.width - 2);
