/** The panes, in the order in which Tab visits them. */
export const panes = ['connections', 'counters', 'client'] as const;
export type Pane = (typeof panes)[number];

/** The parts of the detail, in the order in which Tab visits them. */
export const parts = ['ladder', 'payload'] as const;
export type Part = (typeof parts)[number];

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
      /** Null where a pane has no room. */
      readonly panes: Readonly<Record<Pane, Rect | null>>;
      readonly footer: Rect;
    };

/** The smallest window in which anything useful fits. */
export const smallest = { columns: 40, rows: 10 } as const;

/** Rows of a pane for its borders and headings. */
const listChrome = 3;
const clientChrome = 3;
const ruledClientChrome = 4;
/** Below this height the line above the prompt costs more than it gives. */
const ruledClientHeight = 10;

const clamp = (value: number, min: number, max: number): number => Math.max(min, Math.min(max, value));

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

/** Visible rows of the list, where something else takes `taken` rows below it. */
export const listRows = (rect: Rect | null, taken = 0): number => Math.max(1, (rect?.height ?? 0) - listChrome - taken);

/** True where the pane is tall enough for a line between transcript and prompt. */
export const isRuled = (rect: Rect): boolean => rect.height >= ruledClientHeight;

/** Visible rows of the transcript. */
export const transcriptRows = (rect: Rect | null): number =>
  rect === null ? 1 : Math.max(1, rect.height - (isRuled(rect) ? ruledClientChrome : clientChrome));

/** Cells of a line of the client pane, without the borders and one blank cell on either side. */
export const clientCells = (rect: Rect | null): number => Math.max(1, (rect?.width ?? 0) - 4);

/** A rectangle in the middle of the window, for an overlay. */
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
const ladderCells = { min: 40, max: 56 } as const;
/** Where the two are stacked, the focused one gets the greater share of the rows. */
const ladderRows = { min: 3, max: 22 } as const;
const ladderShare = { ladder: 0.7, payload: 0.52 } as const;

/**
 * The layout while a detail is open. The detail takes the place of list and counters. The client keeps its column; where
 * there are no columns it takes all the room while it has the focus.
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

/** The smallest rectangle around all `rects`. */
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
    const width = clamp(Math.floor(body.width * 0.5), ladderCells.min, ladderCells.max);
    return {
      ladder: { ...body, width },
      payload: { ...body, left: body.left + width, width: body.width - width },
    };
  }
  const share = Math.ceil(body.height * ladderShare[part]);
  const max = part === 'ladder' ? body.height - 3 : Math.min(ladderRows.max, body.height - 4);
  const height = clamp(share, ladderRows.min, max);
  return {
    ladder: { ...body, height },
    payload: { ...body, top: body.top + height, height: body.height - height },
  };
};

/** Visible lines of the payload, where something else takes `taken` lines below them, and their cells. */
export const payloadRows = (rect: Rect, taken: number): number => Math.max(0, rect.height - 2 - taken);
export const payloadCells = (rect: Rect): number => Math.max(1, rect.width - 2);
