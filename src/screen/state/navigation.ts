import type { Target } from '../keys/actions.ts';
import { type Pane, panes } from '../layout.ts';
import { clearFilter } from './list-view.ts';
import { distanceTo } from './scroll.ts';
import { focusOf, type KeyContext, type State } from './state.ts';

/** The chosen connection while the list has it, else the preferred one. */
export const selectedId = (chosen: number | null, ids: readonly number[], preferred: number | null): number | null =>
  chosen !== null && ids.includes(chosen) ? chosen : preferred;

/** First visible row: as near to `top` as possible with row `index` of `count` among the `rows` visible ones. */
export const visibleTop = (count: number, index: number, top: number, rows: number): number => {
  const kept = Math.min(Math.max(top, index - rows + 1), Math.max(index, 0));
  return within(kept, count - rows);
};

/** First visible row of the list. */
export const topOf = (
  { listTop, isListFree }: Pick<State, 'listTop' | 'isListFree'>,
  count: number,
  index: number,
  rows: number,
): number => (isListFree ? within(listTop, count - rows) : visibleTop(count, index, listTop, rows));

const within = (value: number, max: number): number => Math.max(0, Math.min(value, max));

/** The selection stays with its connection from now on, whoever comes. */
export const pinned = (state: State, { ids, preferred }: KeyContext): State => {
  const chosen = selectedId(state.chosen, ids, preferred);
  return chosen === state.chosen ? state : { ...state, chosen };
};

/** Selects a row. From a selection that is out of view, the first row on view. */
export const select = (state: State, to: Target, { ids, preferred, listRows }: KeyContext): State => {
  const selected = selectedId(state.chosen, ids, preferred);
  if (selected === null) return state;
  const from = ids.indexOf(selected);
  const top = topOf(state, ids.length, from, listRows);
  const isOnView = from >= top && from < top + listRows;
  const isStep = to === 'previous' || to === 'next';
  const start = isOnView ? from : top;
  const index = !isOnView && isStep ? top : within(start + distanceTo(to, listRows), ids.length - 1);
  const listTop = visibleTop(ids.length, index, top, listRows);
  return { ...state, chosen: ids[index] ?? selected, listTop, isListFree: false };
};

/** Gives the keys to a pane. The panes of the selected connection hold the selection. */
export const focusPane = (state: State, pane: Pane, context: KeyContext): State => {
  const next = pane === 'payload' || pane === 'stages' ? pinned(state, context) : state;
  return { ...next, recent: [pane, ...state.recent.filter((other) => other !== pane)] };
};

/** Tab visits the panes on view; where there is one place for all, all of them. */
export const moveFocus = (state: State, by: 1 | -1, context: KeyContext): State => {
  const { slots } = context;
  const isCrowded = slots.length === 1;
  const onView = panes.filter((pane) => isCrowded || slots.some((slot) => topPane(slot, state.recent) === pane));
  const next = onView[(onView.indexOf(focusOf(state)) + by + onView.length) % onView.length];
  return next === undefined ? state : focusPane(state, next, context);
};

const topPane = (slot: readonly Pane[], recent: readonly Pane[]): Pane | undefined =>
  recent.find((pane) => slot.includes(pane));

/** The next tab of the place of the payload, or the one before; null where it has no other. */
export const turnTab = (state: State, by: 1 | -1, context: KeyContext): State | null => {
  const slot = context.slots.find((sharing) => sharing.includes('payload')) ?? [];
  const tabs: readonly Pane[] = slot.filter((pane) => pane === 'payload' || pane === 'stages' || pane === 'talk');
  const shown = state.recent.find((pane) => tabs.includes(pane)) ?? 'payload';
  const other = tabs[(tabs.indexOf(shown) + by + tabs.length) % tabs.length];
  if (other === undefined || other === shown) return null;
  const focus = focusOf(state);
  if (slot.includes(focus)) return focusPane(state, other, context);
  return { ...state, recent: [focus, other, ...state.recent.filter((pane) => pane !== focus && pane !== other)] };
};

/** One level back; null from the list, where there is none. Of the list Esc alone gives up the selection. */
export const goBack = (state: State, leaves: boolean, context: KeyContext): State | null => {
  if (state.isZoomed) return { ...state, isZoomed: false };
  if (focusOf(state) !== 'connections') return focusPane(state, 'connections', context);
  if (state.listView.filter.text !== '') return { ...state, listView: clearFilter(state.listView) };
  return leaves || state.chosen === null ? null : { ...state, chosen: null, isListFree: false };
};
