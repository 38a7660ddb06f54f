import type { Layout, Pane, Rect } from './layout.ts';

/** Where the two parts of the detail go. */
export interface DetailRects {
  readonly life: Rect;
  readonly payload: Rect;
}

/** A body at least this wide has room for the ladder beside the payload. */
const besideCells = 90;
const lifeCells = { least: 40, most: 56 } as const;
const lifeRows = { least: 3, most: 22 } as const;

/**
 * The layout while a detail is open. It takes the place of list and counters; the client stays where there are
 * columns, and takes all of the room where there are none and the focus is on it.
 */
export const layOutDetail = (
  layout: Layout,
  focus: Pane,
): { readonly layout: Layout; readonly detail: DetailRects | null } => {
  if (layout.kind === 'cramped') return { layout, detail: null };
  const rects = Object.values(layout.panes).filter((rect) => rect !== null);
  const { connections, counters, client } = layout.panes;
  if (layout.kind === 'columns' && connections !== null && counters !== null) {
    const body = around([connections, counters]);
    return { layout: { ...layout, panes: { connections: null, counters: null, client } }, detail: split(body) };
  }
  const body = around(rects);
  const isClient = focus === 'client';
  const panes = { connections: null, counters: null, client: isClient ? body : null };
  return { layout: { ...layout, panes }, detail: isClient ? null : split(body) };
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

const split = (body: Rect): DetailRects => {
  if (body.width >= besideCells) {
    const width = Math.max(lifeCells.least, Math.min(Math.floor(body.width * 0.5), lifeCells.most));
    return {
      life: { ...body, width },
      payload: { ...body, left: body.left + width, width: body.width - width },
    };
  }
  const height = Math.max(lifeRows.least, Math.min(Math.ceil(body.height * 0.52), lifeRows.most));
  return {
    life: { ...body, height },
    payload: { ...body, top: body.top + height, height: body.height - height },
  };
};

/** Lines of payload that its pane shows, and their cells. */
export const payloadRows = (rect: Rect): number => Math.max(1, rect.height - 2);
export const payloadCells = (rect: Rect): number => Math.max(1, rect.width - 2);
