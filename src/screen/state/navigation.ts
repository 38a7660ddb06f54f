import type { ConnectionList } from '../../model/snapshot.ts';
import type { Target } from '../keys/actions.ts';
import { panes, parts } from '../layout.ts';
import { distanceTo, scrollTo } from './scroll.ts';
import type { KeyContext, State } from './state.ts';

/**
 * The selection until a key changes it: the client's own connection, else the oldest open one, else the last closed. New
 * connections go above the oldest and do not move it.
 */
export const preferredId = (connections: ConnectionList, ownPeer: string | null): number | null => {
  let oldest: number | null = null;
  // From the end, where the oldest are: the client connects early.
  for (let index = connections.length - 1; index >= 0; index -= 1) {
    const row = connections.at(index);
    if (row?.how !== null) continue;
    if (ownPeer === null || row.peer === ownPeer) return row.id;
    oldest ??= row.id;
  }
  return oldest ?? connections.ids[0] ?? null;
};

/** The chosen connection while the list has it, else the preferred one. */
export const selectedId = (chosen: number | null, ids: readonly number[], preferred: number | null): number | null =>
  chosen !== null && ids.includes(chosen) ? chosen : preferred;

/** First visible row: as near to `top` as possible with row `index` of `count` among the `rows` visible ones. */
export const visibleTop = (count: number, index: number, top: number, rows: number): number => {
  const kept = Math.min(Math.max(top, index - rows + 1), Math.max(index, 0));
  return Math.max(0, Math.min(kept, count - rows));
};

const within = (value: number, max: number): number => Math.max(0, Math.min(value, max));

export const select = (state: State, to: Target, { ids, preferred, listRows }: KeyContext): State => {
  const selected = selectedId(state.chosen, ids, preferred);
  if (selected === null) return state;
  const from = ids.indexOf(selected);
  const top = visibleTop(ids.length, from, state.listTop, listRows);
  const index = within(from + distanceTo(to, listRows), ids.length - 1);
  return { ...state, chosen: ids[index] ?? selected, listTop: visibleTop(ids.length, index, top, listRows) };
};

/** Tab visits the panes, or the parts of an open detail and the client. */
export const moveFocus = (state: State, by: 1 | -1): State => {
  const { detail, focus } = state;
  if (detail === null) return { ...state, focus: neighbour(panes, focus, by) };
  const next = neighbour([...parts, 'client'] as const, focus === 'client' ? focus : detail.part, by);
  return next === 'client'
    ? { ...state, focus: next }
    : { ...state, focus: 'connections', detail: { ...detail, part: next } };
};

/** Wraps around at either end. */
const neighbour = <T>(all: readonly T[], one: T, by: 1 | -1): T =>
  all[(all.indexOf(one) + by + all.length) % all.length] ?? one;

export const scrollTranscript = (state: State, to: Target, { transcript }: KeyContext): State => ({
  ...state,
  anchor: scrollTo(transcript, state.anchor, to),
});

export const scrollHelp = (state: State, to: Target, { help: { lines, rows } }: KeyContext): State => ({
  ...state,
  helpTop: within(state.helpTop + distanceTo(to, rows), Math.max(0, lines - rows)),
});

/** Opens the help where the commands begin. */
export const showCommands = (state: State, { help: { lines, rows, commands } }: KeyContext): State => ({
  ...state,
  help: true,
  helpTop: within(commands, Math.max(0, lines - rows)),
});
