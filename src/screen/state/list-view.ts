import type { History } from '../../model/chat/prompt-history.ts';
import { type Filter, noFilter, parseFilter } from '../../model/filter.ts';
import type { Copyable } from '../../model/payload-copies.ts';
import { nextOrder, type Order, reverseOrder } from '../../model/sort-order.ts';
import { exact } from '../../text/format.ts';
import { type Edit, edit, emptyLine, type Line, maxLineLength } from '../../text/line.ts';
import type { ListAction, Request } from '../keys/actions.ts';
import { editPrompt, initialPrompt, type Prompt } from './prompt-state.ts';
import { submitByHand } from './submit.ts';

/** A line that is typed below the list. `problem` is why a filter has no effect as it stands. */
export type LineInput =
  | { readonly type: 'filter'; readonly line: Line; readonly problem: string | null }
  /** Messages for connection `id`, or (null) for all. */
  | { readonly type: 'write'; readonly prompt: Prompt; readonly id: number | null };

/** The overlay with texts to copy: commands that replay what a peer sent, or the payload. */
export interface ReplayMenu {
  readonly id: number;
  readonly of: 'replay' | 'payload';
  readonly replays: readonly Copyable[];
  /** Index of the chosen one. */
  readonly at: number;
  /** Index of the one copied last; null: none yet. */
  readonly copied: number | null;
}

/** Order and filter of the list, and the line or the menu that is open. */
export interface ListViewState {
  readonly order: Order;
  /** The last filter that could be parsed. */
  readonly filter: Filter;
  /** The picture stands still; the wire goes on. */
  readonly isFrozen: boolean;
  readonly input: LineInput | null;
  /** The line for messages to connections while it is closed: it opens with the same modes. */
  readonly closedLine: Prompt;
  readonly replayMenu: ReplayMenu | null;
}

export const initialListView: ListViewState = {
  order: null,
  filter: noFilter,
  isFrozen: false,
  input: null,
  closedLine: initialPrompt,
  replayMenu: null,
};

/** The selected connection, the commands that replay it, and the lines entered before. */
export interface ListContext {
  readonly selected: number | null;
  readonly replays: readonly Copyable[];
  /** Of the prompt. */
  readonly history: History;
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
  { selected, replays, history }: ListContext,
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
    case 'write':
      if (selected === null) return step(listView);
      return openInput(listView, { type: 'write', prompt: { ...listView.closedLine, history }, id: selected });
    case 'writeAll':
      return openInput(listView, { type: 'write', prompt: { ...listView.closedLine, history }, id: null });
    case 'answer':
      return answer(listView);
    case 'dismiss':
      return step(dismiss(listView));
    case 'replay':
      if (selected === null || replays.length === 0) return step(listView);
      return copy(listView, { id: selected, of: 'replay', replays, at: 0, copied: 0 });
    case 'copyPayload':
      if (selected === null) return step(listView);
      return step({ ...listView, replayMenu: { id: selected, of: 'payload', replays, at: 0, copied: null } });
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
  if (input.type === 'write') return { ...listView, input: { ...input, prompt: editPrompt(input.prompt, change) } };
  const line = edit(input.line, change);
  if (change.type === 'insert' && change.text !== '' && line === input.line)
    return { ...listView, input: { ...input, problem: `a line holds ${exact(maxLineLength)} characters` } };
  const parsed = parseFilter(line.text);
  if (!parsed.ok) return { ...listView, input: { type: 'filter', line, problem: parsed.problem } };
  const filter = parsed.filter.text === listView.filter.text ? listView.filter : parsed.filter;
  return { ...listView, filter, input: { type: 'filter', line, problem: null } };
};

const answer = (listView: ListViewState): Step => {
  const { input } = listView;
  if (input === null) return step(listView);
  if (input.type === 'filter') return step(input.problem === null ? { ...listView, input: null } : listView);
  // It stays open until Esc: an answer seldom is the last one.
  const { prompt, requests } = submitByHand(input.prompt, input.id);
  return step({ ...listView, input: { ...input, prompt } }, ...requests);
};

/** The whole list again. */
export const clearFilter = (listView: ListViewState): ListViewState => ({ ...listView, filter: noFilter });

/** Closes the line or the menu. Esc clears the filter, Enter keeps it. */
const dismiss = (listView: ListViewState): ListViewState => {
  const { input } = listView;
  if (input?.type === 'filter') return { ...listView, input: null, filter: noFilter };
  if (input?.type === 'write')
    return { ...listView, input: null, closedLine: { ...input.prompt, draft: emptyLine, remark: null } };
  return { ...listView, input: null, replayMenu: null };
};

const copy = (listView: ListViewState, replayMenu: ReplayMenu): Step => {
  const text = replayMenu.replays[replayMenu.at]?.command;
  if (text === undefined || text === null) return step(listView);
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
  input === null ? 0 : problemOf(input) !== null ? 2 : 1;

/** Why the open line has no effect as it stands; null: it has. */
export const problemOf = (input: LineInput): string | null => {
  if (input.type === 'filter') return input.problem;
  const { remark } = input.prompt;
  return remark?.tone === 'error' ? remark.text : null;
};
