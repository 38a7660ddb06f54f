import { historyOf, withEarlier } from '../../model/chat/prompt-history.ts';
import { plural } from '../../text/format.ts';
import type { Edit } from '../../text/line.ts';
import type { Action, ConnectionRequest, ListAction, Mode, Request, Target } from '../keys/actions.ts';
import { entriesOf } from '../keys/entries.ts';
import { actionOfCharacter, actionOfKey } from '../keys/keymap.ts';
import type { Press } from '../keys/keys.ts';
import { editQuery, moveInFinder, openFinder } from './finder.ts';
import { editLineInput, reduceListView } from './list-view.ts';
import { focusPane, goBack, moveFocus, pinned, select, selectedId, turnTab } from './navigation.ts';
import {
  completeLine,
  editPrompt,
  type Prompt,
  pasteText,
  placeDraft,
  type Remark,
  recallLine,
  yank,
} from './prompt-state.ts';
import { scrollTo } from './scroll.ts';
import { changeFormat, scrollPayload, scrollStages, sideOf } from './side.ts';
import { focusOf, initialState, type KeyContext, modeOf, modeUnderFinder, type State } from './state.ts';
import { submit, submitWaiting } from './submit.ts';

/** A new state, and the requests that come with it. */
interface Step {
  readonly state: State;
  readonly requests: readonly Request[];
}

const step = (state: State, ...requests: readonly Request[]): Step => ({ state, requests });

/** Nothing is done, and why. */
const refuse = (state: State, text: string, tone: Remark['tone'] = 'info'): Step =>
  step({ ...state, remark: { text, tone } });

/** Characters are text and not keys. */
const isTyping = (mode: Mode): boolean =>
  mode === 'input' || mode === 'filter' || mode === 'write' || mode === 'help' || mode === 'palette';

/** Applies one press. Pure: what it requests is in the result. A draft that has changed waits for no connection. */
const press = (before: State, input: Press, context: KeyContext): Step => {
  const { state, requests } = pressed(before, input, context);
  const { prompt } = state;
  const waits = prompt.waitsSince !== null && prompt.draft === before.prompt.draft;
  return waits || prompt.waitsSince === null ? { state, requests } : step(withoutWaiting(state), ...requests);
};

const withoutWaiting = (state: State): State => ({ ...state, prompt: { ...state.prompt, waitsSince: null } });

const pressed = (before: State, input: Press, context: KeyContext): Step => {
  if (input.type === 'client') {
    const { prompt, requests } = submitWaiting(before.prompt, context);
    if (prompt === before.prompt) return step(before);
    return step({ ...before, prompt, anchor: requests.length > 0 ? null : before.anchor }, ...requests);
  }
  // A named key or a paste drops the confirmation; of characters `typeText` decides one by one.
  const confirmation = input.type === 'text' ? before.confirmation : null;
  const { prompt } = before;
  const line = openLine(before);
  const isSame = confirmation === before.confirmation && prompt.remark === null && before.remark === null;
  const fresh = isSame ? before : { ...before, confirmation, remark: null, prompt: withoutRemark(prompt) };
  const state = line.remark === null ? fresh : withLine(fresh, withoutRemark(line));
  switch (input.type) {
    case 'key': {
      const action = actionOfKey(input.name, modeOf(state), context.failed);
      return action === null ? unknown(state, 'that key') : reduce(state, action, context);
    }
    case 'text':
      return typeText(state, input.text, context);
    case 'paste':
      return step(paste(state, input.text, context));
    default:
      return input satisfies never;
  }
};

/** In a line that is typed a key without effect, such as Backspace at its start, is no mistake. */
const unknown = (state: State, key: string): Step =>
  isTyping(modeOf(state)) ? step(state) : refuse(state, `${key} does nothing here; ? tells every key`);

/** Characters are keys until one of them opens a line: `ihello` in one chunk types `hello`. */
const typeText = (state: State, text: string, context: KeyContext): Step => {
  const requests: Request[] = [];
  let current = state;
  let rest = text;
  while (rest !== '' && !isTyping(modeOf(current))) {
    const [character = ''] = rest;
    rest = rest.slice(character.length);
    const action = actionOfCharacter(character, modeOf(current), context.failed);
    const { confirmation } = current;
    const calm = { ...current, remark: null };
    const next = action === null ? unknown(calm, character) : reduce(calm, action, context);
    // The same key has used the confirmation up; any other key drops it.
    current = next.state.confirmation === confirmation ? { ...next.state, confirmation: null } : next.state;
    requests.push(...next.requests);
  }
  return step(rest === '' ? current : editOpenLine(current, { type: 'insert', text: rest }), ...requests);
};

const withoutRemark = (prompt: Prompt): Prompt => (prompt.remark === null ? prompt : { ...prompt, remark: null });

/** The line that messages are typed in: that for a connection while it is open, else that of the client. */
const openLine = ({ listView: { input }, prompt }: State): Prompt => (input?.type === 'write' ? input.prompt : prompt);

const withLine = (state: State, prompt: Prompt): State => {
  const { input } = state.listView;
  return input?.type === 'write'
    ? { ...state, listView: { ...state.listView, input: { ...input, prompt } } }
    : { ...state, prompt };
};

/** Edits the line of the open finder, or that below a pane, else the draft. */
const editOpenLine = (state: State, edit: Edit): State => {
  if (state.finder !== null) return { ...state, finder: editQuery(state.finder, edit) };
  const { input } = state.listView;
  return input === null
    ? { ...state, prompt: editPrompt(state.prompt, edit) }
    : { ...state, listView: editLineInput(state.listView, input, edit) };
};

/** A paste goes into the open line; where there is none, into the prompt. */
const paste = (state: State, text: string, context: KeyContext): State => {
  const mode = modeOf(state);
  if (mode === 'replay') return state;
  const { input } = state.listView;
  if (state.finder !== null || input?.type === 'filter') return editOpenLine(state, { type: 'insert', text });
  if (input !== null) return withLine(state, pasteText(input.prompt, text));
  return { ...focusPrompt(state, context), prompt: pasteText(state.prompt, text) };
};

const focusPrompt = (state: State, context: KeyContext): State => ({
  ...focusPane(state, 'client', context),
  typing: true,
});

const reduce = (state: State, action: Action, context: KeyContext): Step => {
  switch (action.type) {
    case 'focus': {
      const mode = modeOf(state);
      const isMessage = mode === 'input' || mode === 'write';
      const completed = action.by === 1 && isMessage ? completeLine(openLine(state)) : null;
      if (completed !== null) return step(withLine(state, completed));
      return step(mode === 'write' ? state : moveFocus(state, action.by, context));
    }
    case 'show':
      return step(focusPane(state, action.pane, context));
    case 'tab': {
      const turned = turnTab(state, action.by, context);
      return turned === null ? refuse(state, 'there is no other tab') : step(turned);
    }
    case 'zoom':
      if (context.slots.length === 1 && !state.isZoomed) return refuse(state, 'this pane has the whole window already');
      return step({ ...state, isZoomed: !state.isZoomed });
    case 'back':
      return back(state, action.leaves, context);
    case 'leave':
      if (context.busy) return step(state, { type: 'command', command: { type: 'stop' } });
      if (state.isZoomed) return step({ ...state, isZoomed: false });
      return step({ ...focusPane(withoutWaiting(state), 'connections', context), typing: false });
    case 'compose':
      return step(focusPrompt(state, context));
    case 'draft':
      return step({ ...focusPrompt(state, context), prompt: placeDraft(state.prompt, action.text) });
    case 'submit':
      return enter(state, context);
    case 'edit':
      return step(editOpenLine(state, action.edit));
    case 'yank':
      return step(withLine(state, yank(openLine(state))));
    case 'recall': {
      const line = recallLine(openLine(state), action.by);
      if (line !== openLine(state)) return step(withLine(state, line));
      return refuse(state, action.by < 0 ? 'there is no earlier line' : 'there is no later line');
    }
    case 'select':
      return moveSelection(state, action.to, context);
    case 'scroll':
      return scroll(state, action.to, context);
    case 'format':
      return step({ ...state, side: changeFormat(sideOf(state.side, targetOf(state, context))) });
    case 'find':
      return step({ ...state, finder: openFinder(action.finder) });
    case 'choose':
      return choose(state, context);
    case 'request':
      return step(state, action.request);
    case 'list':
      return reduceList(state, action.action, context);
    case 'connection':
      return requestForConnection(state, action, context);
    default:
      return action satisfies never;
  }
};

/** From the list it leaves: once, where nobody else is connected, else at the second press. */
const back = (state: State, leaves: boolean, context: KeyContext): Step => {
  if (state.finder !== null) return step({ ...state, finder: null });
  const next = goBack(state, leaves, context);
  if (next !== null) return step(next);
  if (!leaves) return refuse(state, 'this is the first level; q quits');
  const outsiders = context.failed || context.readOnly ? 0 : context.outsiders();
  if (outsiders === 0) return step(state, { type: 'quit' });
  const connected = `${plural(outsiders, 'peer')} from outside ${outsiders === 1 ? 'is' : 'are'} connected`;
  return confirm(state, 'quit', `${connected}: q again quits, any other key stays`, { type: 'quit' });
};

/** The one way of what cannot be undone: the first press asks, the second one requests. */
const confirm = (state: State, subject: string, text: string, request: Request): Step =>
  state.confirmation?.subject === subject
    ? step({ ...state, confirmation: null }, request)
    : step({ ...state, confirmation: { subject, text } });

const moveSelection = (state: State, to: Target, context: KeyContext): Step => {
  const before = selectedId(state.chosen, context.ids, context.preferred);
  const next = select(state, to, context);
  if (before === null) return refuse(next, 'there is no connection to select');
  return next.chosen === before ? refuse(next, endWords(to)) : step(next);
};

const endWords = (to: Target): string =>
  to === 'previous' || to === 'pageUp' || to === 'first' ? 'nothing is above' : 'nothing is below';

/** Moves in what has the keys. */
const scroll = (state: State, to: Target, context: KeyContext): Step => {
  if (state.finder !== null)
    return step({ ...state, finder: moveInFinder(state.finder, to, finderContext(state, context)) });
  const focus = focusOf(state);
  if (focus === 'client') {
    const anchor = scrollTo(context.transcript, state.anchor, to);
    return isSame(anchor, state.anchor) ? refuse(state, endWords(to)) : step({ ...state, anchor });
  }
  if (focus === 'talk') {
    const talkAnchor = scrollTo(context.talk, state.talkAnchor, to);
    return isSame(talkAnchor, state.talkAnchor) ? refuse(state, endWords(to)) : step({ ...state, talkAnchor });
  }
  const side = sideOf(state.side, targetOf(state, context));
  const next = (focus === 'stages' ? scrollStages : scrollPayload)(side, to, context);
  const stays = next.rung === side.rung && isSame(next.anchor, side.anchor);
  return stays ? refuse(state, endWords(to)) : step({ ...state, side: next });
};

const isSame = (one: State['anchor'], other: State['anchor']): boolean =>
  one?.key === other?.key && one?.line === other?.line;

/** The palette is as long as what it has found, which a key before this one may have changed. */
const finderContext = (state: State, context: KeyContext): KeyContext['finder'] =>
  state.finder?.finder === 'palette'
    ? { ...context.finder, lines: entriesOf(modeUnderFinder(state), state.finder.query.text, context.failed).length }
    : context.finder;

/** Closes the palette, and does what was chosen in it as its key would. */
const choose = (state: State, context: KeyContext): Step => {
  if (state.finder === null) return step(state);
  const closed = { ...state, finder: null };
  const entry = entriesOf(modeUnderFinder(state), state.finder.query.text, context.failed)[state.finder.at];
  return entry === undefined ? step(state) : reduce(closed, entry.action, context);
};

/** The connection that keys act on. */
const targetOf = ({ chosen }: State, { ids, preferred }: KeyContext): number | null =>
  selectedId(chosen, ids, preferred);

const noSelection = 'no connection is selected';

const reduceList = (before: State, action: ListAction, context: KeyContext): Step => {
  const isOfOne = action === 'write' || action === 'replay' || action === 'copyPayload';
  const state = isOfOne ? pinned(before, context) : before;
  const id = targetOf(state, context);
  if (isOfOne && id === null) return refuse(state, noSelection);
  const obstacle = action === 'write' && id !== null && !context.readOnly ? context.obstacle(id, 'write') : null;
  if (obstacle !== null) return refuse(state, obstacle, 'error');
  const replays = action === 'replay' ? context.replays() : action === 'copyPayload' ? context.copies() : [];
  if (action === 'replay' && replays.length === 0)
    return refuse(state, 'no command can play it again: our address is not known');
  const { listView, requests } = reduceListView(state.listView, action, {
    selected: id,
    replays,
    history: historyOf(state.prompt.history.lines),
  });
  const lines = listView.input?.type === 'write' ? listView.input.prompt.history.lines : null;
  // One history for both lines.
  const prompt = lines === null ? state.prompt : { ...state.prompt, history: historyOf(lines) };
  const isOrdered = listView.order !== state.listView.order;
  const next = { ...state, listView, prompt, ...(isOrdered ? { listTop: 0, isListFree: true } : {}) };
  return step(listView.input === null ? next : focusOpenLine(next, listView.input.type, context), ...requests);
};

/** A filter is typed below the list, and what is sent below the payload. */
const focusOpenLine = (state: State, line: 'filter' | 'write', context: KeyContext): State => {
  const focus = focusOf(state);
  if (line === 'filter') return focusPane(state, 'connections', context);
  return focus === 'connections' ? state : focusPane(state, 'payload', context);
};

/** The result of Enter is at the newest end of the chat, so that is shown. */
const enter = (state: State, context: KeyContext): Step => {
  const { prompt, requests, help } = submit(state.prompt, context);
  const entered = { ...state, prompt, anchor: prompt.draft === state.prompt.draft ? state.anchor : null };
  return step(help ? { ...entered, finder: openFinder('help') } : entered, ...requests);
};

const commandOf = ({ type }: ConnectionRequest) =>
  type === 'next-discipline' ? 'discipline' : type === 'toggle-pause' ? 'pause' : type;

const requestForConnection = (
  before: State,
  { request, confirm: words }: Extract<Action, { type: 'connection' }>,
  context: KeyContext,
): Step => {
  const state = pinned(before, context);
  const id = targetOf(state, context);
  if (id === null) return refuse(state, noSelection);
  const done: Request = { type: 'connection', id, request };
  // Of a source that never acts the refusal is told, in the chat.
  if (context.readOnly) return step(state, done);
  const obstacle = context.obstacle(id, commandOf(request));
  if (obstacle !== null) return refuse(state, obstacle, 'error');
  if (words === null) return step(state, done);
  return confirm(state, `${request.type} ${id}`, words.replace('#', `#${id}`), done);
};

/** Holds the state outside React: several presses may come before React draws, and each builds on the one before. */
export interface Store {
  readonly subscribe: (listener: () => void) => () => void;
  readonly state: () => State;
  /** Applies presses in order and returns what they request. */
  readonly press: (presses: readonly Press[], context: KeyContext) => readonly Request[];
  /** Puts the prompt's history of earlier runs, oldest first, before the lines of this one. */
  readonly addEarlierLines: (lines: readonly string[]) => void;
}

/** The state at the start. */
export const createStore = (): Store => {
  const listeners = new Set<() => void>();
  let state = initialState;
  return {
    addEarlierLines: (lines) => {
      const { prompt } = state;
      const line = openLine(state);
      // Nothing on view depends on it. The line for a connection, where it is open, has the same history.
      state = { ...state, prompt: { ...prompt, history: withEarlier(prompt.history, lines) } };
      if (line !== prompt) state = withLine(state, { ...line, history: withEarlier(line.history, lines) });
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
    press: (presses, context) => {
      const before = state;
      const requests: Request[] = [];
      for (const input of presses) {
        const next = press(state, input, context);
        state = next.state;
        requests.push(...next.requests);
      }
      if (state !== before) for (const listener of listeners) listener();
      return requests;
    },
  };
};
