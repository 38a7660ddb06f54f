/**
 * The panes, in the order in which Tab visits them: the list, and then its side, which shows the connection selected in
 * it and the embedded client.
 */
export const panes = ['connections', 'payload', 'stages', 'talk', 'client'] as const;
export type Pane = (typeof panes)[number];

/** Their names among tabs. */
export const paneNames: Readonly<Record<Pane, string>> = {
  connections: 'Connections',
  payload: 'Payload',
  stages: 'Stages',
  talk: 'Talk',
  client: 'Client',
};

/** A rectangle of terminal cells; `left` and `top` count from the window's first cell, 0. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A place for panes. The one of them that had the keys last is drawn there; the others are its tabs. */
export interface Slot {
  readonly rect: Rect;
  readonly panes: readonly Pane[];
}

/** Where everything goes in a window of `columns` by `rows` cells. */
export type Layout =
  | { readonly kind: 'cramped'; readonly columns: number; readonly rows: number }
  | {
      /** `zoomed`: one pane has the whole window. */
      readonly kind: 'grid' | 'rows' | 'stack' | 'tabs' | 'zoomed';
      readonly columns: number;
      readonly rows: number;
      readonly header: Rect;
      readonly notice: Rect | null;
      /** The names of all panes, where one slot has them all. */
      readonly tabs: Rect | null;
      readonly slots: readonly Slot[];
      /** Null where another pane has the place. */
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

/** Cells of a frame around sixteen bytes as `hexdump -C` prints them. */
const hexCells = 80;
/** Cells of a frame around a ladder; from `good` on the counters above it have a sparkline. */
const ladderCells = { min: 40, good: 56 } as const;

type Divide = (body: Rect) => readonly Slot[];

/** One slot, and two beside each other, the right one `width` cells wide. */
const one =
  (...sharing: readonly Pane[]): Divide =>
  (rect) => [{ rect, panes: sharing }];
const pair =
  (width: number, left: Pane, right: Pane): Divide =>
  (rect) =>
    besides(rect, width, [left], [right]);
const besides = (rect: Rect, width: number, left: readonly Pane[], right: readonly Pane[]): readonly Slot[] => [
  { rect: { ...rect, width: rect.width - width }, panes: left },
  { rect: { ...rect, left: rect.left + rect.width - width, width }, panes: right },
];

/** Slots one above the other, by their share of the rows; null gets what the others leave. */
const stacked = (body: Rect, parts: readonly (readonly [share: number | null, divide: Divide])[]): readonly Slot[] => {
  const heights = parts.map(([share]) => Math.round(body.height * (share ?? 0)));
  const rest = body.height - heights.reduce((sum, height) => sum + height, 0);
  let { top } = body;
  return parts.flatMap(([share, divide], place) => {
    const rect = { ...body, top, height: share === null ? rest : (heights[place] ?? 0) };
    top += rect.height;
    return divide(rect);
  });
};

/** A way to divide the body of the window, for bodies of at least so many cells. */
interface Template {
  readonly kind: 'grid' | 'rows' | 'stack' | 'tabs';
  readonly columns: number;
  readonly rows: number;
  readonly divide: Divide;
}

/**
 * The first that fits divides the window. A larger window has every pane of a smaller one. From 100 columns on it has
 * every column of the list, too, and from 80 on sixteen bytes in a line of hex.
 */
const templates: readonly Template[] = [
  {
    kind: 'grid',
    columns: hexCells + ladderCells.min,
    rows: 16,
    divide: (body) => {
      const spare = body.width - hexCells;
      const right = Math.min(spare, ladderCells.good + Math.max(0, Math.floor((spare - ladderCells.good) * 0.4)));
      return stacked(body, [
        [0.46, pair(right, 'connections', 'stages')],
        [null, (rect) => besides(rect, right, ['payload', 'talk'], ['client'])],
      ]);
    },
  },
  {
    kind: 'rows',
    columns: 100,
    rows: 18,
    divide: (body) =>
      stacked(body, [
        [0.37, pair(ladderCells.min, 'connections', 'stages')],
        [null, one('payload', 'talk')],
        [0.3, one('client')],
      ]),
  },
  {
    kind: 'stack',
    columns: 60,
    rows: 34,
    divide: (body) =>
      stacked(body, [
        [0.25, one('connections')],
        [null, one('payload', 'talk')],
        [0.25, one('stages')],
        [0.23, one('client')],
      ]),
  },
  {
    kind: 'stack',
    columns: 60,
    rows: 15,
    divide: (body) =>
      stacked(body, [
        [0.32, one('connections')],
        [null, one('payload', 'stages', 'talk')],
        [0.3, one('client')],
      ]),
  },
  {
    kind: 'tabs',
    columns: 120,
    rows: 0,
    divide: (body) =>
      besides(body, Math.floor(body.width / 2), ['connections'], ['payload', 'stages', 'talk', 'client']),
  },
  { kind: 'tabs', columns: 0, rows: 0, divide: one(...panes) },
];

export interface LayoutOptions {
  readonly columns: number;
  readonly rows: number;
  /** The panes, the one that had the keys last first. */
  readonly recent: readonly Pane[];
  readonly hasNotice: boolean;
  /** The first of `recent` has the whole window. */
  readonly isZoomed: boolean;
}

/** Splits the window. Pure: the same options always give the same rectangles. */
export const layOut = ({ columns, rows, recent, hasNotice, isZoomed }: LayoutOptions): Layout => {
  if (columns < smallest.columns || rows < smallest.rows) return { kind: 'cramped', columns, rows };
  const line = (top: number): Rect => ({ left: 0, top, width: columns, height: 1 });
  const notice = hasNotice ? line(1) : null;
  const below = notice === null ? 1 : 2;
  const body: Rect = { left: 0, top: below, width: columns, height: rows - below - 1 };
  const { kind, divide } = isZoomed ? zoomed : (templates.find(hasRoom(body)) ?? zoomed);
  const hasTabs = kind === 'tabs' || kind === 'zoomed';
  const slots = divide(hasTabs ? { ...body, top: body.top + 1, height: body.height - 1 } : body);
  const tabs = hasTabs ? line(below) : null;
  const footer = line(rows - 1);
  return { kind, columns, rows, header: line(0), notice, tabs, slots, panes: shownIn(slots, recent), footer };
};

const zoomed = { kind: 'zoomed', divide: one(...panes) } as const;

const hasRoom =
  (body: Rect) =>
  ({ columns, rows }: Template): boolean =>
    body.width >= columns && body.height >= rows;

const shownIn = (slots: readonly Slot[], recent: readonly Pane[]): Readonly<Record<Pane, Rect | null>> => {
  const shown: Record<Pane, Rect | null> = { connections: null, payload: null, stages: null, talk: null, client: null };
  for (const { rect, panes: sharing } of slots) {
    const top = recent.find((pane) => sharing.includes(pane)) ?? sharing[0];
    if (top !== undefined) shown[top] = rect;
  }
  return shown;
};

/** The panes that share the slot of a pane, itself included. */
export const tabsOf = (layout: Layout, pane: Pane): readonly Pane[] =>
  layout.kind === 'cramped' ? [] : (layout.slots.find((slot) => slot.panes.includes(pane))?.panes ?? []);

/** Visible rows of the list, where something else takes `taken` rows below it. */
export const listRows = (rect: Rect | null, taken = 0): number => Math.max(1, (rect?.height ?? 0) - listChrome - taken);

/** True where the pane is tall enough for a line between transcript and prompt. */
export const isRuled = (rect: Rect): boolean => rect.height >= ruledClientHeight;

/** Visible rows of the transcript. */
export const transcriptRows = (rect: Rect | null): number =>
  rect === null ? 1 : Math.max(1, rect.height - (isRuled(rect) ? ruledClientChrome : clientChrome));

/** Cells of a line of the client pane, without the borders and one blank cell on either side. */
export const clientCells = (rect: Rect | null): number => Math.max(1, (rect?.width ?? 0) - 4);

/** Visible lines of the payload, where something else takes `taken` lines, and their cells. */
export const payloadRows = (rect: Rect | null, taken: number): number => Math.max(0, (rect?.height ?? 0) - 2 - taken);
export const payloadCells = (rect: Rect | null): number => Math.max(1, (rect?.width ?? 0) - 2);

/** A rectangle in the middle of the window, for an overlay. */
export const centred = (columns: number, rows: number, width: number, height: number): Rect => ({
  left: Math.max(0, Math.floor((columns - width) / 2)),
  top: Math.max(0, Math.floor((rows - height) / 2)),
  width: Math.min(width, columns),
  height: Math.min(height, rows),
});
