import { type Edit, edit, emptyLine, type Line } from '../../text/line.ts';
import type { Finder, Target } from '../keys/actions.ts';
import { distanceTo } from './scroll.ts';

/** The open help or palette. */
export interface FinderState {
  readonly finder: Finder;
  /** What is looked for. */
  readonly query: Line;
  /** First visible line of the help, or the chosen line of the palette. */
  readonly at: number;
}

/** How many lines the open finder has, and how many of them are visible. */
export interface FinderContext {
  readonly lines: number;
  readonly rows: number;
}

export const openFinder = (finder: Finder): FinderState => ({ finder, query: emptyLine, at: 0 });

/** What is found begins at its best. */
export const editQuery = (state: FinderState, change: Edit): FinderState => ({
  ...state,
  query: edit(state.query, change),
  at: 0,
});

export const moveInFinder = (state: FinderState, to: Target, { lines, rows }: FinderContext): FinderState => {
  const last = Math.max(0, state.finder === 'help' ? lines - rows : lines - 1);
  return { ...state, at: Math.max(0, Math.min(Math.min(state.at, last) + distanceTo(to, rows), last)) };
};
