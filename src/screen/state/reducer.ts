import { historyOf, withEarlier } from '../../model/chat/prompt-history.ts';
import type { Edit } from '../../text/line.ts';
import type { Action, Mode, Request } from '../keys/actions.ts';
import { actionOfCharacter, actionOfKey } from '../keys/keymap.ts';
import type { Press } from '../keys/keys.ts';
import { reduceDetail } from './detail-state.ts';
import { editLineInput, reduceListView } from './list-view.ts';
import { moveFocus, scrollHelp, scrollTranscript, select, selectedId, showCommands } from './navigation.ts';
import { completeLine, editPrompt, type Prompt, pasteText, recallLine, yank } from './prompt-state.ts';
import { initialState, type KeyContext, modeOf, type State } from './state.ts';
import { submit, submitWaiting } from './submit.ts';

/** A new state, and the requests that come with it. */
interface Step {
  readonly state: State;
  readonly requests: readonly Request[];
}

const step = (state: State, ...requests: readonly Request[]): Step => ({ state, requests });

/** Characters are text and not keys. */
const isTyping = (mode: Mode): boolean => mode === 'input' || mode === 'filter' || mode === 'write';

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
  const isSame = confirmation === before.confirmation && prompt.remark === null && line.remark === null;
  const fresh = isSame ? before : { ...before, confirmation, prompt: withoutRemark(prompt) };
  const state = line.remark === null ? fresh : withLine(fresh, withoutRemark(line));
  switch (input.type) {
    case 'key': {
      const action = actionOfKey(input.name, modeOf(state), context.failed);
      return action === null ? step(state) : reduce(state, action, context);
    }
    case 'text':
      return typeText(state, input.text, context);
    case 'paste':
      return step(paste(state, input.text));
    default:
      return input satisfies never;
  }
};

/** Characters are keys until one of them opens a line: `ihello` in one chunk types `hello`. */
const typeText = (state: State, text: string, context: KeyContext): Step => {
  const requests: Request[] = [];
  let current = state;
  let rest = text;
  while (rest !== '' && !isTyping(modeOf(current))) {
    const [character = ''] = rest;
    rest = rest.slice(character.length);
    const action = actionOfCharacter(character, modeOf(current), context.failed);
    if (action === null) {
      current = { ...current, confirmation: null };
      continue;
    }
    const { confirmation } = current;
    const next = reduce(current, action, context);
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

/** Edits the line below the list while it is open, else the draft. */
const editOpenLine = (state: State, edit: Edit): State => {
  const { input } = state.listView;
  return input === null
    ? { ...state, prompt: editPrompt(state.prompt, edit) }
    : { ...state, listView: editLineInput(state.listView, input, edit) };
};

/** A paste goes into the open line; where there is none, into the prompt. */
const paste = (state: State, text: string): State => {
  const mode = modeOf(state);
  if (mode === 'help' || mode === 'replay') return state;
  const { input } = state.listView;
  if (input?.type === 'filter') return editOpenLine(state, { type: 'insert', text });
  if (input !== null) return withLine(state, pasteText(input.prompt, text));
  return { ...focusPrompt(state), prompt: pasteText(state.prompt, text) };
};

const focusPrompt = (state: State): State => ({ ...state, focus: 'client', typing: true });

const reduce = (state: State, action: Action, context: KeyContext): Step => {
  switch (action.type) {
    case 'focus': {
      const mode = modeOf(state);
      const isMessage = mode === 'input' || mode === 'write';
      const completed = action.by === 1 && isMessage ? completeLine(openLine(state)) : null;
      if (completed !== null) return step(withLine(state, completed));
      return step(mode === 'write' ? state : moveFocus(state, action.by));
    }
    case 'show':
      return step({ ...state, focus: action.pane });
    case 'leave':
      if (context.busy) return step(state, { type: 'command', command: { type: 'stop' } });
      return step({ ...withoutWaiting(state), focus: 'connections', typing: false });
    case 'compose':
      return step(focusPrompt(state));
    case 'submit':
      return enter(state, context);
    case 'edit':
      return step(editOpenLine(state, action.edit));
    case 'yank':
      return step(withLine(state, yank(openLine(state))));
    case 'recall':
      return step(withLine(state, recallLine(openLine(state), action.by)));
    case 'select':
      return step(select(state, action.to, context));
    case 'scroll':
      return step(state.help ? scrollHelp(state, action.to, context) : scrollTranscript(state, action.to, context));
    case 'toggleHelp':
      return step({ ...state, help: !state.help, helpTop: 0 });
    case 'request':
      return step(state, action.request);
    case 'list': {
      const { replays } = context;
      const { listView, requests } = reduceListView(state.listView, action.action, {
        selected: targetOf(state, context),
        replays,
        history: historyOf(state.prompt.history.lines),
      });
      const lines = listView.input?.type === 'write' ? listView.input.prompt.history.lines : null;
      // One history for both lines.
      const prompt = lines === null ? state.prompt : { ...state.prompt, history: historyOf(lines) };
      const next = { ...state, listView, prompt };
      return step(listView.input === null ? next : focusOpenLine(next), ...requests);
    }
    case 'detail': {
      const { detail, requests } = reduceDetail(state.detail, action.action, {
        ...context,
        selected: targetOf(state, context),
      });
      // The list selects the connection whose detail was open.
      return step({ ...state, detail, focus: 'connections', chosen: detail?.id ?? state.chosen }, ...requests);
    }
    case 'connection':
      return requestForConnection(state, action, context);
    default:
      return action satisfies never;
  }
};

/** The line opens below the list, or below the payload. */
const focusOpenLine = (state: State): State => ({
  ...state,
  focus: 'connections',
  detail: state.detail === null ? null : { ...state.detail, part: 'payload' },
});

/** The connection that keys act on: that of the detail, even where a filter hides it from the list. */
const targetOf = ({ detail, chosen }: State, { ids, preferred }: KeyContext): number | null =>
  detail?.id ?? selectedId(chosen, ids, preferred);

/** The result of Enter is at the newest end of the chat, so that is shown. */
const enter = (state: State, context: KeyContext): Step => {
  const { prompt, requests, help } = submit(state.prompt, context);
  const entered = { ...state, prompt, anchor: prompt.draft === state.prompt.draft ? state.anchor : null };
  return step(help ? showCommands(entered, context) : entered, ...requests);
};

const requestForConnection = (
  state: State,
  { request, confirm }: Extract<Action, { type: 'connection' }>,
  context: KeyContext,
): Step => {
  const id = targetOf(state, context);
  if (id === null) return step(state);
  const { confirmation } = state;
  const isConfirmed = confirmation?.id === id && confirmation.request.type === request.type;
  if (confirm !== null && !isConfirmed && !context.readOnly)
    return step({ ...state, confirmation: { id, request, text: confirm.replace('#', `#${id}`) } });
  const next = confirm === null ? state : { ...state, confirmation: null };
  return step(next, { type: 'connection', id, request });
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
