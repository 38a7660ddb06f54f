import type { Edit } from '../../text/line.ts';
import type { Pane } from '../layout.ts';
import type { Action, ConnectionKey, Mode, Target } from './actions.ts';
import type { Binding, Group } from './binding.ts';

import type { KeyName } from './keys.ts';
import { detailGroups, findingGroups, pictureGroup, talkingGroup } from './list-keys.ts';

const select = (to: Target): Action => ({ type: 'select', to });
const scroll = (to: Target): Action => ({ type: 'scroll', to });
const edit = (type: Exclude<Edit['type'], 'insert'>): Action => ({ type: 'edit', edit: { type } });
const show = (pane: Pane): Action => ({ type: 'show', pane });
const focus = (by: 1 | -1): Action => ({ type: 'focus', by });
const ask = (type: 'reconnect' | 'restart' | 'quit' | 'suspend'): Action => ({ type: 'ask', request: { type } });
const touch = (intent: ConnectionKey): Action => ({ type: 'touch', intent });
const echoAll: Action = { type: 'ask', request: { type: 'echo', id: null } };
const compose: Action = { type: 'compose' };
const leave: Action = { type: 'leave' };
const submit: Action = { type: 'submit' };
const yank: Action = { type: 'yank' };
const recall = (by: -1 | 1): Action => ({ type: 'recall', by });
const toggleHelp: Action = { type: 'toggleHelp' };

const everywhere: readonly Mode[] = [
  ...(['input', 'filter', 'write', 'replay', 'help', 'client', 'connections', 'counters', 'detail'] as const),
];

/** Every key of the console: what the reducer obeys, and what the footer and the help say. */
export const keymap: readonly Group[] = [
  {
    title: 'Message',
    modes: ['input'],
    bindings: [
      { keys: ['enter'], action: submit, shown: 'Enter', effect: 'send', footer: 'first' },
      { keys: ['escape'], action: leave, shown: 'Esc', effect: 'list', footer: 'first' },
      { keys: ['up', 'ctrl-p'], action: recall(-1), shown: '↑', effect: 'history', footer: 'first' },
      { keys: ['down', 'ctrl-n'], action: recall(1), shown: '↓', effect: 'history', footer: 'first' },
      { keys: ['ctrl-y'], action: yank, shown: 'Ctrl-Y', effect: 'put back deleted' },
    ],
  },
  {
    title: 'Any line that is typed',
    modes: ['input', 'filter', 'write'],
    bindings: [
      { keys: ['left', 'ctrl-b'], action: edit('left'), shown: '←', effect: 'by character' },
      { keys: ['right', 'ctrl-f'], action: edit('right'), shown: '→', effect: 'by character' },
      { keys: ['wordLeft', 'alt-b'], action: edit('wordLeft'), shown: 'Alt-←', effect: 'by word' },
      { keys: ['wordRight', 'alt-f'], action: edit('wordRight'), shown: 'Alt-→', effect: 'by word' },
      { keys: ['home', 'ctrl-a'], action: edit('home'), shown: 'Ctrl-A', effect: 'to start, end' },
      { keys: ['end', 'ctrl-e'], action: edit('end'), shown: 'Ctrl-E', effect: 'to start, end' },
      { keys: ['backspace'], action: edit('backspace'), shown: 'Backspace', effect: 'delete before' },
      { keys: ['delete', 'ctrl-d'], action: edit('delete'), shown: 'Delete', effect: 'delete after' },
      { keys: ['ctrl-w', 'wordBackspace'], action: edit('killWord'), shown: 'Ctrl-W', effect: 'delete word' },
      { keys: ['ctrl-u'], action: edit('killToStart'), shown: 'Ctrl-U', effect: 'delete to start, end' },
      { keys: ['ctrl-k'], action: edit('killToEnd'), shown: 'Ctrl-K', effect: 'delete to start, end' },
    ],
  },
  {
    title: 'Client',
    modes: ['client'],
    bindings: [
      { keys: ['enter'], action: compose, shown: 'Enter', effect: 'type', footer: 'first' },
      { keys: ['escape'], action: show('connections'), shown: 'Esc', effect: 'list', footer: 'first' },
      { keys: ['up'], characters: 'k', action: scroll('previous'), shown: '↑', effect: 'scroll', footer: 'first' },
      { keys: ['down'], characters: 'j', action: scroll('next'), shown: '↓', effect: 'scroll', footer: 'first' },
      { keys: ['home'], characters: 'g', action: scroll('first'), shown: 'g', effect: 'oldest, newest' },
      { keys: ['end'], characters: 'G', action: scroll('last'), shown: 'G', effect: 'oldest, newest' },
    ],
  },
  {
    title: 'Client and message',
    modes: ['client', 'input'],
    bindings: [
      { keys: ['pageUp'], action: scroll('pageUp'), shown: 'PgUp', effect: 'scroll by page' },
      { keys: ['pageDown'], action: scroll('pageDown'), shown: 'PgDn', effect: 'scroll by page' },
      { keys: ['ctrlUp'], action: scroll('previous'), shown: 'Ctrl-↑', effect: 'scroll by line' },
      { keys: ['ctrlDown'], action: scroll('next'), shown: 'Ctrl-↓', effect: 'scroll by line' },
    ],
  },
  ...detailGroups,
  {
    title: 'Counters',
    modes: ['counters'],
    bindings: [{ keys: ['escape'], action: show('connections'), shown: 'Esc', effect: 'list', footer: 'first' }],
  },
  {
    title: 'Connections and counters',
    modes: ['connections', 'counters'],
    bindings: [
      { keys: ['up'], characters: 'k', action: select('previous'), shown: '↑', effect: 'select', footer: 'first' },
      { keys: ['down'], characters: 'j', action: select('next'), shown: '↓', effect: 'select', footer: 'first' },
      { keys: ['pageUp'], action: select('pageUp'), shown: 'PgUp', effect: 'select by page' },
      { keys: ['pageDown'], action: select('pageDown'), shown: 'PgDn', effect: 'select by page' },
      { keys: ['home'], characters: 'g', action: select('first'), shown: 'g', effect: 'first, last' },
      { keys: ['end'], characters: 'G', action: select('last'), shown: 'G', effect: 'first, last' },
    ],
  },
  ...findingGroups,
  {
    title: 'Help',
    modes: ['help'],
    bindings: [
      { keys: ['up'], characters: 'k', action: scroll('previous'), shown: '↑', effect: 'scroll', footer: 'first' },
      { keys: ['down'], characters: 'j', action: scroll('next'), shown: '↓', effect: 'scroll', footer: 'first' },
      { keys: ['pageUp'], action: scroll('pageUp'), shown: 'PgUp', effect: 'scroll by page' },
      { keys: ['pageDown'], action: scroll('pageDown'), shown: 'PgDn', effect: 'scroll by page' },
      {
        keys: ['escape', 'enter'],
        characters: '?q',
        action: toggleHelp,
        shown: 'Esc',
        effect: 'close help',
        footer: 'first',
      },
    ],
  },
  {
    title: 'Panes',
    modes: ['input', 'client', 'connections', 'counters', 'detail'],
    bindings: [
      { keys: ['tab'], action: focus(1), shown: 'Tab', effect: 'next pane', footer: 'first' },
      { keys: ['shiftTab'], action: focus(-1), shown: 'Shift-Tab', effect: 'previous pane' },
    ],
  },
  talkingGroup,
  {
    title: 'Panes, but not a message',
    modes: ['client', 'connections', 'counters', 'detail'],
    bindings: [
      { keys: [], characters: 'i', action: compose, shown: 'i', effect: 'type', footer: 'first' },
      { keys: [], characters: 'r', action: ask('reconnect'), shown: 'r', effect: 'reconnect', footer: 'first' },
      { keys: [], characters: 'E', action: echoAll, shown: 'E', effect: 'echo for all' },
      { keys: [], characters: '?', action: toggleHelp, shown: '?', effect: 'help', footer: 'last' },
      { keys: [], characters: 'q', action: ask('quit'), shown: 'q', effect: 'quit', footer: 'last' },
    ],
  },
  {
    title: 'Selected connection',
    modes: ['connections', 'counters', 'detail'],
    bindings: [
      { keys: [], characters: 'e', action: touch('echo'), shown: 'e', effect: 'echo', footer: 'first' },
      { keys: [], characters: 'p', action: touch('pause'), shown: 'p', effect: 'pause', footer: 'first' },
      { keys: [], characters: 'h', action: touch('half-close'), shown: 'h', effect: 'half-close', footer: 'first' },
      { keys: [], characters: 'x', action: touch('close'), shown: 'x', effect: 'close', footer: 'first' },
      { keys: [], characters: 'X', action: touch('reset'), shown: 'X', effect: 'reset', footer: 'first' },
    ],
  },
  pictureGroup,
  {
    title: 'When the wire has failed',
    modes: everywhere,
    onFailure: true,
    bindings: [{ keys: ['ctrl-r'], action: ask('restart'), shown: 'Ctrl-R', effect: 'restart', footer: 'first' }],
  },
  {
    title: 'Everywhere',
    modes: everywhere,
    bindings: [
      { keys: ['ctrl-r'], action: ask('reconnect'), shown: 'Ctrl-R', effect: 'reconnect', footer: 'first' },
      { keys: ['ctrl-z'], action: ask('suspend'), shown: 'Ctrl-Z', effect: 'suspend' },
      { keys: ['ctrl-c'], action: ask('quit'), shown: 'Ctrl-C', effect: 'quit', footer: 'last' },
    ],
  },
];

/** The groups that work in a mode, in the order of the table; once the wire has `failed`, what helps then comes first. */
export const groupsOf = (mode: Mode, failed = false): readonly Group[] => {
  const groups = keymap.filter(({ modes }) => modes.includes(mode));
  const rescue = failed ? groups.filter(({ onFailure }) => onFailure) : [];
  return [...rescue, ...groups.filter(({ onFailure }) => !onFailure)];
};

const bindingsOf = (mode: Mode, failed: boolean): readonly Binding[] =>
  groupsOf(mode, failed).flatMap((group) => group.bindings);

/** What a named key does in a mode; null where it does nothing. The first group that knows it decides. */
export const actionOfKey = (name: KeyName, mode: Mode, failed = false): Action | null =>
  bindingsOf(mode, failed).find((binding) => binding.keys.includes(name))?.action ?? null;

/** What a character does in a mode; null where it does nothing. While a message is typed, characters are text. */
export const actionOfCharacter = (character: string, mode: Mode, failed = false): Action | null =>
  bindingsOf(mode, failed).find((binding) => binding.characters?.includes(character))?.action ?? null;
