import type { Edit } from '../../text/line.ts';
import type { Pane } from '../layout.ts';
import type { Action, ConnectionRequest, Finder, ListAction, Mode, Target } from './actions.ts';
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
  /** The same in a sentence, for the help and the palette. */
  readonly says: string;
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
const tab = (by: 1 | -1): Action => ({ type: 'tab', by });
const back = (leaves: boolean): Action => ({ type: 'back', leaves });
const find = (finder: Finder): Action => ({ type: 'find', finder });
const recall = (by: -1 | 1): Action => ({ type: 'recall', by });
const list = (action: ListAction): Action => ({ type: 'list', action });
const request = (type: 'reconnect' | 'restart' | 'quit' | 'suspend' | 'redraw'): Action => ({
  type: 'request',
  request: { type },
});
/** For the selected connection; what cannot be undone has a `confirm`, and counts at the second press. */
const connection = (
  type: Exclude<ConnectionRequest['type'], 'discipline' | 'write'>,
  confirm: string | null = null,
): Action => ({ type: 'connection', request: { type }, confirm });
const echoAll: Action = {
  type: 'request',
  request: { type: 'connection', id: null, request: { type: 'next-discipline' } },
};
const compose: Action = { type: 'compose' };

/** One binding: its keys as people read them, its effect in a word or two, and in a sentence. */
const bind = (
  shown: string,
  effect: string,
  says: string,
  on: Pick<Binding, 'keys' | 'characters' | 'action' | 'footer'>,
): Binding => ({ shown, effect, says, ...on });

type Words = Pick<Binding, 'effect' | 'says' | 'footer'>;
type Key = Omit<Binding, keyof Words>;

/** Keys whose effect the help tells in one sentence. */
const together = (words: Words, ...keys: readonly Key[]): readonly Binding[] =>
  keys.map((key) => ({ ...key, ...words }));

type Move = (to: Target) => Action;

/** The arrows, and what else moves by a line. */
const byLine = (move: Move, words: Words): readonly Binding[] =>
  together(
    words,
    { keys: ['up'], characters: 'k', action: move('previous'), shown: '↑' },
    { keys: ['down'], characters: 'j', action: move('next'), shown: '↓' },
  );
const byPage = (move: Move, words: Words): readonly Binding[] =>
  together(
    words,
    { keys: ['pageUp'], action: move('pageUp'), shown: 'PgUp' },
    { keys: ['pageDown'], action: move('pageDown'), shown: 'PgDn' },
  );
const toEnds = (move: Move, words: Words): readonly Binding[] =>
  together(
    words,
    { keys: ['home'], characters: 'g', action: move('first'), shown: 'g' },
    { keys: ['end'], characters: 'G', action: move('last'), shown: 'G' },
  );

const leaveAtOnce = (footer?: 'last'): Binding =>
  bind('Ctrl-C', 'quit', 'Quits at once, and never asks.', {
    keys: ['ctrl-c'],
    action: request('quit'),
    ...(footer === undefined ? {} : { footer }),
  });

/** The panes, while keys are not text. */
const inPanes: readonly Mode[] = ['connections', 'payload', 'stages', 'talk', 'client'];
/** Those that show the selected connection. */
const ofConnection: readonly Mode[] = ['connections', 'payload', 'stages'];
/** Where characters are text. */
const typing: readonly Mode[] = ['input', 'filter', 'write', 'help', 'palette'];
const everywhere: readonly Mode[] = [...inPanes, ...typing, 'replay'];

/** Every key of the console. The reducer, the footer, the help and the palette read this table. */
export const keymap: readonly Group[] = [
  {
    title: 'Message',
    modes: ['input'],
    bindings: [
      bind('Enter', 'send', 'Sends the line, or runs it as a command where it begins with /.', {
        keys: ['enter'],
        action: { type: 'submit' },
        footer: 'first',
      }),
      bind('Esc', 'list', 'Stops /repeat or /send; else leaves the prompt for the list.', {
        keys: ['escape'],
        action: { type: 'leave' },
        footer: 'first',
      }),
    ],
  },
  {
    title: 'Send to a connection',
    modes: ['write'],
    bindings: [
      bind('Enter', 'send', 'Sends the bytes of the line, and nothing else.', {
        keys: ['enter'],
        action: list('answer'),
        footer: 'first',
      }),
      bind('Esc', 'leave', 'Closes the line, and sends nothing.', {
        keys: ['escape'],
        action: list('dismiss'),
        footer: 'first',
      }),
      bind('Tab', 'complete a command', 'Completes /hex and /eol.', { keys: ['tab'], action: focus(1) }),
    ],
  },
  {
    title: 'Message, to a server or to a connection',
    modes: ['input', 'write'],
    bindings: [
      ...together(
        { effect: 'history', says: 'Brings back an earlier line, or a later one.', footer: 'first' },
        { keys: ['up', 'ctrl-p'], action: recall(-1), shown: '↑' },
        { keys: ['down', 'ctrl-n'], action: recall(1), shown: '↓' },
      ),
      bind('Ctrl-Y', 'put back deleted', 'Puts back the text that was deleted last.', {
        keys: ['ctrl-y'],
        action: { type: 'yank' },
      }),
    ],
  },
  {
    title: 'Any line that is typed',
    modes: typing,
    bindings: [
      ...together(
        { effect: 'by character', says: 'Moves the cursor by a character.' },
        { keys: ['left', 'ctrl-b'], action: edit('left'), shown: '←' },
        { keys: ['right', 'ctrl-f'], action: edit('right'), shown: '→' },
      ),
      ...together(
        { effect: 'by word', says: 'Moves the cursor by a word.' },
        { keys: ['wordLeft', 'alt-b'], action: edit('wordLeft'), shown: 'Alt-←' },
        { keys: ['wordRight', 'alt-f'], action: edit('wordRight'), shown: 'Alt-→' },
      ),
      ...together(
        { effect: 'to start, end', says: 'Moves the cursor to the start or the end of the line.' },
        { keys: ['home', 'ctrl-a'], action: edit('home'), shown: 'Ctrl-A' },
        { keys: ['end', 'ctrl-e'], action: edit('end'), shown: 'Ctrl-E' },
      ),
      bind('Backspace', 'delete before', 'Deletes the character before the cursor.', {
        keys: ['backspace'],
        action: edit('backspace'),
      }),
      bind('Delete', 'delete after', 'Deletes the character behind the cursor.', {
        keys: ['delete', 'ctrl-d'],
        action: edit('delete'),
      }),
      bind('Ctrl-W', 'delete word', 'Deletes the word before the cursor.', {
        keys: ['ctrl-w', 'wordBackspace'],
        action: edit('killWord'),
      }),
      ...together(
        { effect: 'delete to start, end', says: 'Deletes all before the cursor, or all behind it.' },
        { keys: ['ctrl-u'], action: edit('killToStart'), shown: 'Ctrl-U' },
        { keys: ['ctrl-k'], action: edit('killToEnd'), shown: 'Ctrl-K' },
      ),
    ],
  },
  {
    title: 'List',
    modes: ['connections'],
    bindings: [
      ...byLine(select, { effect: 'select', says: 'Selects the connection above or below.', footer: 'first' }),
      bind('Enter', 'its payload', 'Goes to the payload of the selected connection.', {
        keys: ['enter'],
        action: show('payload'),
        footer: 'first',
      }),
      bind('/', 'filter', 'Filters the list while you type: stuck or said:hello in:>1MB !udp.', {
        characters: '/',
        action: list('filter'),
        footer: 'first',
      }),
      bind('s', 'sort', 'Sorts the list by its next column, then by none.', {
        characters: 's',
        action: list('sort'),
        footer: 'first',
      }),
      bind('S', 'reverse the order', 'Reverses the order of the list.', { characters: 'S', action: list('reverse') }),
      bind('q', 'quit', 'Goes back one level, and quits. It asks while outside peers are connected.', {
        characters: 'q',
        action: back(true),
        footer: 'last',
      }),
      bind('Esc', 'follow', 'Clears the filter; then lets the selection follow the newest peer again.', {
        keys: ['escape'],
        action: back(false),
      }),
      ...byPage(select, { effect: 'select by page', says: 'Selects a page further up or down.' }),
      ...toEnds(select, { effect: 'first, last', says: 'Selects the first or the last connection.' }),
    ],
  },
  {
    title: 'Payload and stages of the selected connection',
    modes: ['payload', 'stages'],
    bindings: [
      ...byLine(scroll, { effect: 'scroll', says: 'Scrolls by a line.', footer: 'first' }),
      ...byPage(scroll, { effect: 'scroll by page', says: 'Scrolls by a page.' }),
      ...toEnds(scroll, { effect: 'oldest, newest', says: 'Goes to the oldest line, or follows the newest.' }),
      ...together(
        { effect: 'next, previous peer', says: 'Selects the next connection of the list, or the one before.' },
        { characters: 'n', action: select('next'), shown: 'n' },
        { characters: 'N', action: select('previous'), shown: 'N' },
      ),
    ],
  },
  {
    title: 'Talk of all connections',
    modes: ['talk'],
    bindings: [
      ...byLine(scroll, {
        effect: 'scroll',
        says: 'Scrolls by a line; it stands still until you follow.',
        footer: 'first',
      }),
      ...byPage(scroll, { effect: 'scroll by page', says: 'Scrolls by a page.' }),
      ...toEnds(scroll, { effect: 'oldest, newest', says: 'Goes to the oldest line, or follows the newest.' }),
    ],
  },
  {
    title: 'Panes beside the list',
    modes: ['payload', 'stages', 'talk', 'client'],
    bindings: [
      bind('Esc', 'back', 'Goes back one level: out of the zoom, to the list. So does q.', {
        keys: ['escape'],
        characters: 'q',
        action: back(false),
        footer: 'last',
      }),
    ],
  },
  {
    title: 'Client',
    modes: ['client'],
    bindings: [
      bind('Enter', 'type', 'Goes into the prompt.', { keys: ['enter'], action: compose, footer: 'first' }),
      ...byLine(scroll, { effect: 'scroll', says: 'Scrolls by a line.', footer: 'first' }),
      ...toEnds(scroll, { effect: 'oldest, newest', says: 'Goes to the oldest line, or follows the newest.' }),
    ],
  },
  {
    title: 'Client and message',
    modes: ['client', 'input'],
    bindings: [
      ...byPage(scroll, { effect: 'scroll by page', says: 'Scrolls the chat by a page.' }),
      ...together(
        { effect: 'scroll by line', says: 'Scrolls the chat by a line.' },
        { keys: ['ctrlUp'], action: scroll('previous'), shown: 'Ctrl-↑' },
        { keys: ['ctrlDown'], action: scroll('next'), shown: 'Ctrl-↓' },
      ),
    ],
  },
  {
    title: 'Filter',
    modes: ['filter'],
    bindings: [
      bind('Enter', 'keep', 'Keeps the filter.', { keys: ['enter'], action: list('answer'), footer: 'first' }),
      bind('Esc', 'clear', 'Clears the filter.', { keys: ['escape'], action: list('dismiss'), footer: 'first' }),
    ],
  },
  {
    title: 'Commands that play a peer again, and payload to copy',
    modes: ['replay'],
    bindings: [
      ...byLine((to) => list(to === 'previous' ? 'previousReplay' : 'nextReplay'), {
        effect: 'choose',
        says: 'Chooses the line above or below.',
        footer: 'first',
      }),
      bind('Enter', 'copy', 'Copies the chosen line.', {
        keys: ['enter'],
        characters: 'c',
        action: list('copy'),
        footer: 'first',
      }),
      bind('Esc', 'close', 'Closes the menu.', {
        keys: ['escape'],
        characters: 'q',
        action: list('dismiss'),
        footer: 'first',
      }),
    ],
  },
  {
    title: 'Help and palette',
    modes: ['help', 'palette'],
    bindings: [
      ...together(
        { effect: 'move', says: 'Moves by a line.', footer: 'first' },
        { keys: ['up', 'ctrl-p'], action: scroll('previous'), shown: '↑' },
        { keys: ['down', 'ctrl-n'], action: scroll('next'), shown: '↓' },
      ),
      ...byPage(scroll, { effect: 'by page', says: 'Moves by a page.' }),
      bind('Esc', 'close', 'Closes it.', { keys: ['escape'], action: back(false), footer: 'last' }),
    ],
  },
  {
    title: 'Palette',
    modes: ['palette'],
    bindings: [
      bind('Enter', 'do it', 'Does what is chosen.', { keys: ['enter'], action: { type: 'choose' }, footer: 'first' }),
    ],
  },
  {
    title: 'Panes',
    modes: inPanes,
    bindings: [
      ...together(
        { effect: 'other tab', says: 'Shows another tab of its place: payload, stages, or talk.' },
        { keys: ['left'], action: tab(-1), shown: '←' },
        { keys: ['right'], action: tab(1), shown: '→' },
      ),
      bind('T', 'talk', 'Shows what all connections say, one line a message.', {
        characters: 'T',
        action: show('talk'),
      }),
      bind('z', 'zoom', 'Gives the pane the whole window, and back.', {
        characters: 'z',
        action: { type: 'zoom' },
        footer: 'first',
      }),
      bind('t', 'text or hex', 'Shows payload as text, or as a hex dump.', {
        characters: 't',
        action: { type: 'format' },
        footer: 'first',
      }),
    ],
  },
  {
    title: 'Selected connection',
    modes: ofConnection,
    bindings: [
      bind('w', 'send to it', 'Sends bytes of our own to it.', {
        characters: 'w',
        action: list('write'),
        footer: 'first',
      }),
      bind('c', 'copy', 'Copies a command that connects as its peer did and says the same: nc, socat, bash.', {
        characters: 'c',
        action: list('replay'),
        footer: 'first',
      }),
      bind('y', 'copy payload', 'Copies what it said or was sent: text, hex, base64, C, Python.', {
        characters: 'y',
        action: list('copyPayload'),
      }),
      bind('e', 'echo', 'Changes what it is echoed: chunk, line, eof, none.', {
        characters: 'e',
        action: connection('next-discipline'),
        footer: 'first',
      }),
      bind('p', 'pause', 'Stops reading from it, or reads on.', {
        characters: 'p',
        action: connection('toggle-pause'),
        footer: 'first',
      }),
      bind('h', 'half-close', 'Half-closes it (FIN) at the second press: we send no more.', {
        characters: 'h',
        action: connection('half-close', 'h again half-closes #: FIN, we send no more; any other key lets it be'),
        footer: 'first',
      }),
      bind('x', 'close', 'Closes it (FIN) at the second press.', {
        characters: 'x',
        action: connection('close', 'x again closes # with FIN; any other key leaves it open'),
        footer: 'first',
      }),
      bind('X', 'reset', 'Resets it (RST) at the second press.', {
        characters: 'X',
        action: connection('reset', 'X again resets # with RST; any other key leaves it open'),
        footer: 'first',
      }),
    ],
  },
  {
    title: 'All connections',
    modes: inPanes,
    bindings: [
      bind('W', 'send to all', 'Sends bytes of our own to every open connection.', {
        characters: 'W',
        action: list('writeAll'),
      }),
      bind('E', 'echo for all', 'Changes what all are echoed, later ones too.', { characters: 'E', action: echoAll }),
      bind('Space', 'freeze', 'Lets the list stand still, and go on; the wire never stops.', {
        characters: ' ',
        action: list('freeze'),
        footer: 'first',
      }),
    ],
  },
  {
    title: 'Anywhere but in a line that is typed',
    modes: inPanes,
    bindings: [
      bind('Tab', 'next pane', 'Goes to the next pane on view.', { keys: ['tab'], action: focus(1), footer: 'first' }),
      bind('Shift-Tab', 'previous pane', 'Goes to the pane before.', { keys: ['shiftTab'], action: focus(-1) }),
      bind('i', 'type', 'Goes into the prompt of the client.', { characters: 'i', action: compose, footer: 'first' }),
      bind('r', 'reconnect', 'Connects the client anew.', { characters: 'r', action: request('reconnect') }),
      bind(':', 'do', 'Finds by typing what can be done here, and does it.', {
        characters: ':',
        action: find('palette'),
        footer: 'last',
      }),
      bind('?', 'help', 'Tells every key; typing finds one.', {
        characters: '?',
        action: find('help'),
        footer: 'last',
      }),
    ],
  },
  {
    title: 'In a line that is typed',
    modes: ['input', 'filter', 'write'],
    bindings: [
      bind('Esc ?', 'help', 'Esc leaves the line; then ? tells every key.', { action: find('help'), footer: 'last' }),
    ],
  },
  {
    title: 'In a message',
    modes: ['input'],
    bindings: [
      bind('Tab', 'next pane', 'Completes a command; else goes to the next pane.', {
        keys: ['tab'],
        action: focus(1),
        footer: 'first',
      }),
      bind('Shift-Tab', 'previous pane', 'Goes to the pane before.', { keys: ['shiftTab'], action: focus(-1) }),
    ],
  },
  {
    title: 'In the menu',
    modes: ['replay'],
    bindings: [
      bind('?', 'help', 'Tells every key; typing finds one.', {
        characters: '?',
        action: find('help'),
        footer: 'last',
      }),
    ],
  },
  {
    title: 'When the wire has failed',
    modes: everywhere,
    onFailure: true,
    bindings: [
      bind('Ctrl-R', 'restart', 'Starts the wire anew; numbers and counters go on.', {
        keys: ['ctrl-r'],
        action: request('restart'),
        footer: 'first',
      }),
    ],
  },
  {
    title: 'Everywhere',
    modes: everywhere,
    bindings: [
      bind('Ctrl-R', 'reconnect', 'Connects the client anew.', {
        keys: ['ctrl-r'],
        action: request('reconnect'),
        footer: 'first',
      }),
      bind('Ctrl-L', 'draw anew', 'Draws all anew, where another program has written on the terminal.', {
        keys: ['ctrl-l'],
        action: request('redraw'),
      }),
      bind('Ctrl-Z', 'suspend', 'Gives the terminal to the shell; `fg` comes back.', {
        keys: ['ctrl-z'],
        action: request('suspend'),
      }),
    ],
  },
  {
    title: 'Leaving at once',
    modes: [...typing, 'replay'],
    bindings: [leaveAtOnce('last')],
  },
  {
    title: 'Leaving at once, in the panes',
    modes: inPanes,
    bindings: [leaveAtOnce()],
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
