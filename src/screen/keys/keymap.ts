import type { Edit } from '../../text/line.ts';
import type { Pane } from '../layout.ts';
import type { Action, ConnectionRequest, DetailAction, ListAction, Mode, Target } from './actions.ts';
import type { KeyName } from './keys.ts';

/** A key and what it does. */
export interface Binding {
  readonly keys?: readonly KeyName[];
  /** Characters that do it. */
  readonly characters?: string;
  readonly action: Action;
  /** The keys as people read them. */
  readonly shown: string;
  /** The effect in a word or two. Neighbours with the same effect make one hint: `↑` and `↓` become `↑↓ select`. */
  readonly effect: string;
  /** Named in the footer: `last` stays when room is short, and stands at the end. */
  readonly footer?: 'first' | 'last';
}

/** Keys that work in the same places. */
export interface Group {
  readonly title: string;
  readonly modes: readonly Mode[];
  /** Only once the wire has failed; then these keys mean this and nothing else. */
  readonly onFailure?: true;
  readonly bindings: readonly Binding[];
}

const select = (to: Target): Action => ({ type: 'select', to });
const scroll = (to: Target): Action => ({ type: 'scroll', to });
const edit = (type: Exclude<Edit['type'], 'insert'>): Action => ({ type: 'edit', edit: { type } });
const show = (pane: Pane): Action => ({ type: 'show', pane });
const focus = (by: 1 | -1): Action => ({ type: 'focus', by });
const recall = (by: -1 | 1): Action => ({ type: 'recall', by });
const list = (action: ListAction): Action => ({ type: 'list', action });
const detail = (action: DetailAction): Action => ({ type: 'detail', action });
const request = (type: 'reconnect' | 'restart' | 'quit' | 'suspend' | 'redraw'): Action => ({
  type: 'request',
  request: { type },
});
/** For the selected connection; with `confirm` at the second press. */
const connection = (
  type: Exclude<ConnectionRequest['type'], 'discipline' | 'write'>,
  confirm: string | null = null,
): Action => ({ type: 'connection', request: { type }, confirm });
const echoAll: Action = {
  type: 'request',
  request: { type: 'connection', id: null, request: { type: 'next-discipline' } },
};
const compose: Action = { type: 'compose' };
const leave: Action = { type: 'leave' };
const submit: Action = { type: 'submit' };
const yank: Action = { type: 'yank' };
const toggleHelp: Action = { type: 'toggleHelp' };

const everywhere: readonly Mode[] = [
  ...(['input', 'filter', 'write', 'replay', 'help', 'client', 'connections', 'counters', 'detail'] as const),
];

/** Every key of the console. The reducer, the footer and the help read this table. */
export const keymap: readonly Group[] = [
  {
    title: 'Message',
    modes: ['input'],
    bindings: [
      { keys: ['enter'], action: submit, shown: 'Enter', effect: 'send', footer: 'first' },
      { keys: ['escape'], action: leave, shown: 'Esc', effect: 'list', footer: 'first' },
    ],
  },
  {
    title: 'Send to a connection',
    modes: ['write'],
    bindings: [
      { keys: ['enter'], action: list('answer'), shown: 'Enter', effect: 'send', footer: 'first' },
      { keys: ['escape'], action: list('dismiss'), shown: 'Esc', effect: 'leave', footer: 'first' },
      { keys: ['tab'], action: focus(1), shown: 'Tab', effect: 'complete a command' },
    ],
  },
  {
    title: 'Message, to a server or to a connection',
    modes: ['input', 'write'],
    bindings: [
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
  {
    title: 'Connections and counters: the detail',
    modes: ['connections', 'counters'],
    bindings: [{ keys: ['enter'], action: detail('open'), shown: 'Enter', effect: 'detail', footer: 'first' }],
  },
  {
    title: 'Detail of a connection',
    modes: ['detail'],
    bindings: [
      { keys: ['escape'], action: detail('close'), shown: 'Esc', effect: 'list', footer: 'first' },
      { characters: 't', action: detail('format'), shown: 't', effect: 'text or hex', footer: 'first' },
      { keys: ['up'], characters: 'k', action: detail('previous'), shown: '↑', effect: 'scroll', footer: 'first' },
      { keys: ['down'], characters: 'j', action: detail('next'), shown: '↓', effect: 'scroll', footer: 'first' },
      { keys: ['pageUp'], action: detail('pageUp'), shown: 'PgUp', effect: 'scroll by page' },
      { keys: ['pageDown'], action: detail('pageDown'), shown: 'PgDn', effect: 'scroll by page' },
      { keys: ['home'], characters: 'g', action: detail('first'), shown: 'g', effect: 'oldest, newest' },
      { keys: ['end'], characters: 'G', action: detail('last'), shown: 'G', effect: 'oldest, newest' },
      { characters: 'n', action: detail('nextRow'), shown: 'n', effect: 'next, previous peer' },
      { characters: 'N', action: detail('previousRow'), shown: 'N', effect: 'next, previous peer' },
    ],
  },
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
  {
    title: 'Filter',
    modes: ['filter'],
    bindings: [
      { keys: ['enter'], action: list('answer'), shown: 'Enter', effect: 'keep', footer: 'first' },
      { keys: ['escape'], action: list('dismiss'), shown: 'Esc', effect: 'clear', footer: 'first' },
    ],
  },
  {
    title: 'Commands that play a peer again',
    modes: ['replay'],
    bindings: [
      { keys: ['up'], characters: 'k', action: list('previousReplay'), shown: '↑', effect: 'choose', footer: 'first' },
      { keys: ['down'], characters: 'j', action: list('nextReplay'), shown: '↓', effect: 'choose', footer: 'first' },
      { keys: ['enter'], characters: 'c', action: list('copy'), shown: 'Enter', effect: 'copy', footer: 'first' },
      { keys: ['escape'], characters: 'q', action: list('dismiss'), shown: 'Esc', effect: 'close', footer: 'first' },
    ],
  },
  {
    title: 'Finding connections',
    modes: ['connections', 'counters'],
    bindings: [
      { characters: '/', action: list('filter'), shown: '/', effect: 'filter', footer: 'first' },
      { characters: 's', action: list('sort'), shown: 's', effect: 'sort', footer: 'first' },
      { characters: 'S', action: list('reverse'), shown: 'S', effect: 'reverse the order' },
    ],
  },
  {
    title: 'List',
    modes: ['connections'],
    bindings: [{ keys: ['escape'], action: list('unfilter'), shown: 'Esc', effect: 'clear the filter' }],
  },
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
  {
    title: 'Talking to connections',
    modes: ['connections', 'counters', 'detail'],
    bindings: [
      { characters: 'c', action: list('replay'), shown: 'c', effect: 'copy', footer: 'first' },
      { characters: 'w', action: list('write'), shown: 'w', effect: 'send to it', footer: 'first' },
      { characters: 'W', action: list('writeAll'), shown: 'W', effect: 'send to all' },
    ],
  },
  {
    title: 'Panes, but not a message',
    modes: ['client', 'connections', 'counters', 'detail'],
    bindings: [
      { characters: 'i', action: compose, shown: 'i', effect: 'type', footer: 'first' },
      { characters: 'r', action: request('reconnect'), shown: 'r', effect: 'reconnect', footer: 'first' },
      { characters: 'E', action: echoAll, shown: 'E', effect: 'echo for all' },
      { characters: '?', action: toggleHelp, shown: '?', effect: 'help', footer: 'last' },
      { characters: 'q', action: request('quit'), shown: 'q', effect: 'quit', footer: 'last' },
    ],
  },
  {
    title: 'Selected connection',
    modes: ['connections', 'counters', 'detail'],
    bindings: [
      { characters: 'e', action: connection('next-discipline'), shown: 'e', effect: 'echo', footer: 'first' },
      { characters: 'p', action: connection('toggle-pause'), shown: 'p', effect: 'pause', footer: 'first' },
      { characters: 'h', action: connection('half-close'), shown: 'h', effect: 'half-close', footer: 'first' },
      {
        characters: 'x',
        action: connection('close', 'x again closes # with FIN'),
        shown: 'x',
        effect: 'close',
        footer: 'first',
      },
      {
        characters: 'X',
        action: connection('reset', 'X again resets # with RST'),
        shown: 'X',
        effect: 'reset',
        footer: 'first',
      },
    ],
  },
  {
    title: 'Picture',
    modes: ['connections', 'counters', 'client'],
    bindings: [{ characters: ' ', action: list('freeze'), shown: 'Space', effect: 'freeze', footer: 'first' }],
  },
  {
    title: 'When the wire has failed',
    modes: everywhere,
    onFailure: true,
    bindings: [{ keys: ['ctrl-r'], action: request('restart'), shown: 'Ctrl-R', effect: 'restart', footer: 'first' }],
  },
  {
    title: 'Everywhere',
    modes: everywhere,
    bindings: [
      { keys: ['ctrl-r'], action: request('reconnect'), shown: 'Ctrl-R', effect: 'reconnect', footer: 'first' },
      { keys: ['ctrl-l'], action: request('redraw'), shown: 'Ctrl-L', effect: 'draw anew' },
      { keys: ['ctrl-z'], action: request('suspend'), shown: 'Ctrl-Z', effect: 'suspend' },
      { keys: ['ctrl-c'], action: request('quit'), shown: 'Ctrl-C', effect: 'quit', footer: 'last' },
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
  bindingsOf(mode, failed).find((binding) => binding.keys?.includes(name))?.action ?? null;

/** What a character does in a mode; null where it does nothing. While a message is typed, characters are text. */
export const actionOfCharacter = (character: string, mode: Mode, failed = false): Action | null =>
  bindingsOf(mode, failed).find((binding) => binding.characters?.includes(character))?.action ?? null;
