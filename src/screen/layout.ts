import type { Part } from './state/detail-state.ts';

/** The panes, in the order in which Tab visits them. */
export const panes = ['connections', 'counters', 'client'] as const;
export type Pane = (typeof panes)[number];

/** A rectangle of terminal cells; `left` and `top` count from the window's first cell, 0. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything goes in a window of `columns` by `rows` cells. */
export type Layout =
  | { readonly kind: 'cramped'; readonly columns: number; readonly rows: number }
  | {
      readonly kind: 'columns' | 'stack' | 'tabs';
      readonly columns: number;
      readonly rows: number;
      readonly header: Rect;
      readonly notice: Rect | null;
      readonly tabs: Rect | null;
      /** Null where a pane is not on view. */
      readonly panes: Readonly<Record<Pane, Rect | null>>;
      readonly footer: Rect;
    };

/** The smallest window in which anything useful fits. */
export const smallest = { columns: 40, rows: 10 } as const;

/** Rows of a pane that are not the list's or the transcript's own: two borders and the headings. */
const listChrome = 3;
const clientChrome = 3;
const ruledClientChrome = 4;
/** Below this height the line above the prompt costs more than it gives. */
const ruledClientHeight = 10;

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** Splits the window. Pure: the same window, focus and notice always give the same rectangles. */
export const layOut = (columns: number, rows: number, focus: Pane, hasNotice: boolean): Layout => {
  if (columns < smallest.columns || rows < smallest.rows) return { kind: 'cramped', columns, rows };
  const kind = columns >= 100 && rows >= 16 ? 'columns' : columns >= 72 && rows >= 22 ? 'stack' : 'tabs';
  const line = (top: number): Rect => ({ left: 0, top, width: columns, height: 1 });
  const notice = hasNotice ? line(1) : null;
  const tabs = kind === 'tabs' ? line(hasNotice ? 2 : 1) : null;
  const top = 1 + (notice === null ? 0 : 1) + (tabs === null ? 0 : 1);
  const body: Rect = { left: 0, top, width: columns, height: rows - top - 1 };
  const split = { columns: inColumns, stack: inStack, tabs: inTabs }[kind];
  return { kind, columns, rows, header: line(0), notice, tabs, panes: split(body, focus), footer: line(rows - 1) };
};

type Split = (body: Rect, focus: Pane) => Readonly<Record<Pane, Rect | null>>;

const inColumns: Split = (body) => {
  const left = clamp(Math.round(body.width * 0.58), 62, 100);
  const counters = body.height >= 24 ? 9 : body.height >= 18 ? 8 : 7;
  return {
    connections: { ...body, width: left, height: body.height - counters },
    counters: { ...body, top: body.top + body.height - counters, width: left, height: counters },
    client: { ...body, left: body.left + left, width: body.width - left },
  };
};

const inStack: Split = (body) => {
  const counters = body.height >= 30 ? 8 : body.height >= 22 ? 7 : 6;
  const rest = body.height - counters;
  const connections = Math.floor(rest * 0.47);
  return {
    connections: { ...body, height: connections },
    counters: { ...body, top: body.top + connections, height: counters },
    client: { ...body, top: body.top + connections + counters, height: rest - connections },
  };
};

const inTabs: Split = (body, focus) => ({
  connections: focus === 'connections' ? body : null,
  counters: focus === 'counters' ? body : null,
  client: focus === 'client' ? body : null,
});

/** Rows that the list of connections shows at once, with `taken` rows below it in use for something else. */
export const listRows = (rect: Rect | null, taken = 0): number => Math.max(1, (rect?.height ?? 0) - listChrome - taken);

/** True where the pane is tall enough for a line between transcript and prompt. */
export const isRuled = (rect: Rect): boolean => rect.height >= ruledClientHeight;

/** Rows that the transcript shows at once. */
export const transcriptRows = (rect: Rect | null): number =>
  rect === null ? 1 : Math.max(1, rect.height - (isRuled(rect) ? ruledClientChrome : clientChrome));

/** Cells of a line of the client pane: the borders and one blank cell on either side are not in it. */
export const clientCells = (rect: Rect | null): number => Math.max(1, (rect?.width ?? 0) - 4);

/** A rectangle in the middle of the window, for what lies above the panes. */
export const centred = (columns: number, rows: number, width: number, height: number): Rect => ({
  left: Math.max(0, Math.floor((columns - width) / 2)),
  top: Math.max(0, Math.floor((rows - height) / 2)),
  width: Math.min(width, columns),
  height: Math.min(height, rows),
});

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
