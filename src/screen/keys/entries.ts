import * as fuzzysort from 'fuzzysort';
import { commands } from '../../model/chat/prompt-commands.ts';
import type { Action, Mode } from './actions.ts';
import { groupsOf } from './keymap.ts';

/** Something that can be done, as the palette offers it. */
export interface Entry {
  readonly shown: string;
  readonly effect: string;
  readonly says: string;
  readonly action: Action;
}

/** Moving goes on while a key is held: none of it is of use from a menu. */
const moves: ReadonlySet<Action['type']> = new Set(['select', 'scroll', 'edit', 'recall', 'find', 'focus']);

/** The commands of the prompt: they go into it, and wait there for what is behind their name. */
export const commandEntries: readonly Entry[] = commands.map(({ name, args, summary }) => ({
  shown: `/${name} ${args}`.trim(),
  effect: name,
  says: `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
  action: { type: 'draft', text: `/${name}${args === '' ? '' : ' '}` },
}));

/** What has the words that are looked for, the best first; all of it where there are none. */
export const found = <Item extends Pick<Entry, 'shown' | 'effect' | 'says'>>(
  query: string,
  items: readonly Item[],
): readonly Item[] => {
  if (query.trim() === '') return items;
  const keys = ['effect', 'shown', 'says'].map((key) => key);
  return fuzzysort.go(query, items, { keys, limit: 0 }).map(({ obj }) => obj);
};

/** What can be done in a mode. */
export const entriesOf = (mode: Mode, query: string, failed: boolean): readonly Entry[] => {
  const bindings = groupsOf(mode, failed).flatMap((group) => group.bindings);
  return found(query, [...bindings.filter(({ action }) => !moves.has(action.type)), ...commandEntries]);
};
