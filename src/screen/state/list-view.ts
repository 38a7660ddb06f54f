import { type Filter, noFilter, parseFilter } from '../../model/filter.ts';
import type { ReplayCommand } from '../../model/replay-commands.ts';
import { nextOrder, type Order, reverseOrder } from '../../model/sort-order.ts';
import { EscapeError, unescapeText } from '../../text/escapes.ts';
import { exact } from '../../text/format.ts';
import { type Edit, edit, emptyLine, type Line, maxLineLength } from '../../text/line.ts';
import type { ListAction, Request } from '../keys/actions.ts';

/** A line that is typed below the list. `problem` is why it has no effect as it stands. */
export type LineInput =
  | { readonly type: 'filter'; readonly line: Line; readonly problem: string | null }
  /** Bytes for connection `id`, or (null) for all, with the escapes of a message. */
  | { readonly type: 'write'; readonly line: Line; readonly problem: string | null; readonly id: number | null };

/** The overlay with commands that replay what a peer sent. */
export interface ReplayMenu {
  readonly id: number;
  readonly replays: readonly ReplayCommand[];
  /** Index of the chosen one. */
  readonly at: number;
  /** Index of the one copied last. */
  readonly copied: number;
}

/** Order and filter of the list, and the line or the menu that is open. */
export interface ListViewState {
  readonly order: Order;
  /** The last filter that could be parsed. */
  readonly filter: Filter;
  /** The picture stands still; the wire goes on. */
  readonly isFrozen: boolean;
  readonly input: LineInput | null;
  readonly replayMenu: ReplayMenu | null;
}

export const initialListView: ListViewState = {
  order: null,
  filter: noFilter,
  isFrozen: false,
  input: null,
  replayMenu: null,
};

/** The selected connection, and the commands that replay it. */
export interface ListContext {
  readonly selected: number | null;
  readonly replays: readonly ReplayCommand[];
}

interface Step {
  readonly listView: ListViewState;
  readonly requests: readonly Request[];
}

const step = (listView: ListViewState, ...requests: readonly Request[]): Step => ({ listView, requests });

const openInput = (listView: ListViewState, input: LineInput): Step => step({ ...listView, input });

/** Applies one key. Pure: what it requests is in the result. */
export const reduceListView = (
  listView: ListViewState,
  action: ListAction,
  { selected, replays }: ListContext,
): Step => {
  switch (action) {
    case 'sort':
      return step({ ...listView, order: nextOrder(listView.order) });
    case 'reverse':
      return step({ ...listView, order: reverseOrder(listView.order) });
    case 'freeze':
      return step({ ...listView, isFrozen: !listView.isFrozen });
    case 'filter': {
      const line = edit(emptyLine, { type: 'insert', text: listView.filter.text });
      return openInput(listView, { type: 'filter', line, problem: null });
    }
    case 'unfilter':
      return step({ ...listView, filter: noFilter });
    case 'write':
      if (selected === null) return step(listView);
      return openInput(listView, { type: 'write', line: emptyLine, problem: null, id: selected });
    case 'writeAll':
      return openInput(listView, { type: 'write', line: emptyLine, problem: null, id: null });
    case 'answer':
      return answer(listView);
    case 'dismiss':
      return step(dismiss(listView));
    case 'replay':
      if (selected === null || replays.length === 0) return step(listView);
      return copy(listView, { id: selected, replays, at: 0, copied: 0 });
    case 'copy':
      return listView.replayMenu === null ? step(listView) : copy(listView, listView.replayMenu);
    case 'previousReplay':
      return step(choose(listView, -1));
    case 'nextReplay':
      return step(choose(listView, 1));
    default:
      return action satisfies never;
  }
};

/** Edits the open line. A filter applies as it is typed, whenever it can be parsed. */
export const editLineInput = (listView: ListViewState, input: LineInput, change: Edit): ListViewState => {
  const line = edit(input.line, change);
  if (change.type === 'insert' && change.text !== '' && line === input.line)
    return { ...listView, input: { ...input, problem: `a line holds ${exact(maxLineLength)} characters` } };
  if (input.type === 'write') return { ...listView, input: { ...input, line, problem: null } };
  const parsed = parseFilter(line.text);
  if (!parsed.ok) return { ...listView, input: { type: 'filter', line, problem: parsed.problem } };
  const filter = parsed.filter.text === listView.filter.text ? listView.filter : parsed.filter;
  return { ...listView, filter, input: { type: 'filter', line, problem: null } };
};

const answer = (listView: ListViewState): Step => {
  const { input } = listView;
  if (input === null || input.problem !== null) return step(listView);
  if (input.type === 'filter') return step({ ...listView, input: null });
  const { id, line } = input;
  if (line.text === '') return step(listView);
  try {
    const request = { type: 'write', bytes: unescapeText(line.text) } as const;
    return step({ ...listView, input: null }, { type: 'connection', id, request });
  } catch (error) {
    if (!(error instanceof EscapeError)) throw error;
    return openInput(listView, { ...input, problem: error.message });
  }
};

/** Closes the line or the menu. Esc clears the filter, Enter keeps it. */
const dismiss = (listView: ListViewState): ListViewState => {
  if (listView.input?.type === 'filter') return { ...listView, input: null, filter: noFilter };
  return { ...listView, input: null, replayMenu: null };
};

const copy = (listView: ListViewState, replayMenu: ReplayMenu): Step => {
  const text = replayMenu.replays[replayMenu.at]?.command;
  if (text === undefined) return step(listView);
  return step({ ...listView, replayMenu: { ...replayMenu, copied: replayMenu.at } }, { type: 'copy', text });
};

const choose = (listView: ListViewState, by: 1 | -1): ListViewState => {
  const { replayMenu } = listView;
  if (replayMenu === null) return listView;
  const at = Math.max(0, Math.min(replayMenu.at + by, replayMenu.replays.length - 1));
  return { ...listView, replayMenu: { ...replayMenu, at } };
};

/** The mode while the line or the menu is open, else null. */
export const listViewMode = ({ input, replayMenu }: ListViewState): 'filter' | 'write' | 'replay' | null =>
  replayMenu !== null ? 'replay' : (input?.type ?? null);

/** Rows that the open line takes below the list. */
export const lineInputRows = ({ input }: ListViewState): number =>
  input === null ? 0 : input.problem !== null ? 2 : 1;
