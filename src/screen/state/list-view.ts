import { type Filter, noFilter, parseFilter } from '../../model/filter.ts';
import type { ReplayCommand } from '../../model/replay-commands.ts';
import { nextOrder, type Order, reverseOrder } from '../../model/sort-order.ts';
import { EscapeError, unescapeText } from '../../text/escapes.ts';
import { exact } from '../../text/format.ts';
import { type Edit, edit, emptyLine, type Line, maxLineLength } from '../../text/line.ts';
import type { Request } from '../keys/actions.ts';

/** A line that is asked for below the list. */
export type LineInput =
  /** `problem`: why the filter is not what is typed. */
  | { readonly type: 'filter'; readonly line: Line; readonly problem: string | null }
  /** Bytes of our own for one connection, or (null) for all; typed as in the prompt. `problem`: why they stay here. */
  | { readonly type: 'write'; readonly line: Line; readonly problem: string | null; readonly id: number | null };

/** The commands that play a peer again, as they lie above the panes. */
export interface ReplayMenu {
  readonly id: number;
  readonly replays: readonly ReplayCommand[];
  /** Index of the one pointed at. */
  readonly at: number;
  /** Index of the one that was handed to the clipboard last. */
  readonly copied: number;
}

/** How the list is looked at, and what is asked on the way. */
export interface ListViewState {
  readonly order: Order;
  /** The last one that could be read. */
  readonly filter: Filter;
  /** The picture stands still, the wire does not. */
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

/** What a key does to it. */
export type ListAction =
  | ('sort' | 'reverse' | 'freeze')
  | ('filter' | 'unfilter' | 'write' | 'writeAll' | 'answer' | 'dismiss')
  | ('replay' | 'copy' | 'previousReplay' | 'nextReplay');

/** The connection that is selected, and the commands for it. */
export interface ListContext {
  readonly selected: number | null;
  readonly replays: readonly ReplayCommand[];
}

interface Step {
  readonly listView: ListViewState;
  readonly requests: readonly Request[];
}

const still = (listView: ListViewState): Step => ({ listView, requests: [] });

/** One key. Pure: what it asks for is in the result. */
export const reduceListView = (listView: ListViewState, what: ListAction, { selected, replays }: ListContext): Step => {
  switch (what) {
    case 'sort':
      return still({ ...listView, order: nextOrder(listView.order) });
    case 'reverse':
      return still({ ...listView, order: reverseOrder(listView.order) });
    case 'freeze':
      return still({ ...listView, isFrozen: !listView.isFrozen });
    case 'filter': {
      const line = edit(emptyLine, { type: 'insert', text: listView.filter.text });
      return still({ ...listView, input: { type: 'filter', line, problem: null } });
    }
    case 'unfilter':
      return still({ ...listView, filter: noFilter });
    case 'write':
      return still(
        selected === null
          ? listView
          : { ...listView, input: { type: 'write', line: emptyLine, problem: null, id: selected } },
      );
    case 'writeAll':
      return still({ ...listView, input: { type: 'write', line: emptyLine, problem: null, id: null } });
    case 'answer':
      return answer(listView);
    case 'dismiss':
      return still(dismiss(listView));
    case 'replay':
      return selected === null || replays.length === 0
        ? still(listView)
        : copy(listView, { id: selected, replays, at: 0, copied: 0 });
    case 'copy':
      return listView.replayMenu === null ? still(listView) : copy(listView, listView.replayMenu);
    case 'previousReplay':
      return still(point(listView, -1));
    case 'nextReplay':
      return still(point(listView, 1));
    default:
      return what satisfies never;
  }
};

/** The line that is asked for, after an edit. A filter takes effect as it is typed, wherever it can be read. */
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
  if (input === null || input.problem !== null) return still(listView);
  if (input.type === 'filter') return still({ ...listView, input: null });
  const { id, line } = input;
  if (line.text === '') return still(listView);
  try {
    const bytes = unescapeText(line.text);
    return { listView: { ...listView, input: null }, requests: [{ type: 'write', id, bytes }] };
  } catch (error) {
    if (!(error instanceof EscapeError)) throw error;
    return still({ ...listView, input: { ...input, problem: error.message } });
  }
};

/** Leaves what lies on top. A filter that is dismissed is gone, one that is answered stays. */
const dismiss = (listView: ListViewState): ListViewState => {
  if (listView.input?.type === 'filter') return { ...listView, input: null, filter: noFilter };
  return { ...listView, input: null, replayMenu: null };
};

const copy = (listView: ListViewState, replayMenu: ReplayMenu): Step => {
  const text = replayMenu.replays[replayMenu.at]?.command;
  if (text === undefined) return still(listView);
  return {
    listView: { ...listView, replayMenu: { ...replayMenu, copied: replayMenu.at } },
    requests: [{ type: 'copy', text }],
  };
};

const point = (listView: ListViewState, by: 1 | -1): ListViewState => {
  const { replayMenu } = listView;
  if (replayMenu === null) return listView;
  const at = Math.max(0, Math.min(replayMenu.at + by, replayMenu.replays.length - 1));
  return { ...listView, replayMenu: { ...replayMenu, at } };
};

/** Where the keys go while something of it is on top; null while nothing is. */
export const listViewMode = ({ input, replayMenu }: ListViewState): 'filter' | 'write' | 'replay' | null =>
  replayMenu !== null ? 'replay' : (input?.type ?? null);

/** Rows below the list that the asking takes. */
export const lineInputRows = ({ input }: ListViewState): number =>
  input === null ? 0 : input.problem !== null ? 2 : 1;
