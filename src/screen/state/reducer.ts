import { doubleBackslashes } from '../../text/escapes.ts';
import type { Edit } from '../../text/line.ts';
import type { Action, ConnectionKey, Mode, Request } from '../keys/actions.ts';
import { actionOfCharacter, actionOfKey } from '../keys/keymap.ts';
import type { Press } from '../keys/keys.ts';
import { reduceDetail } from './detail-state.ts';
import { editLineInput, reduceListView } from './list-view.ts';
import { moveFocus, scrollHelp, scrollTranscript, select, selectedId, showCommands } from './navigation.ts';
import { completeLine, editPrompt, pasteText, recallLine, yank } from './prompt-state.ts';

import { initialState, type KeyContext, modeOf, type State } from './state.ts';
import { submit } from './submit.ts';

/** An end that a connection is to meet when the same key is pressed again. */
export interface Confirmation {
  readonly act: 'close' | 'reset';
  readonly id: number;
}

/** What was pending is settled by the key before; what destroys is pending first, and done when asked for again. */
const confirmAction = (
  confirmation: Confirmation | null,
  intent: ConnectionKey,
  id: number | null,
): { readonly confirmation: Confirmation | null; readonly requests: readonly Request[] } => {
  if (id === null) return { confirmation, requests: [] };
  if (intent === 'echo' || intent === 'pause') return { confirmation, requests: [{ type: intent, id }] };
  if (intent === 'half-close') return { confirmation, requests: [{ type: 'act', act: intent, id }] };
  if (confirmation?.act !== intent || confirmation.id !== id)
    return { confirmation: { act: intent, id }, requests: [] };
  return { confirmation: null, requests: [{ type: 'act', act: intent, id }] };
};

/** A state, and what is asked of the program on the way to it. */
export interface Step {
  readonly state: State;
  readonly requests: readonly Request[];
}

/** Whether characters are text and not keys. */
const isTyping = (mode: Mode): boolean => mode === 'input' || mode === 'filter' || mode === 'write';

/** One press. Pure: what it asks for is in the result. */
const press = (before: State, input: Press, scene: KeyContext): Step => {
  // Whatever is pressed settles what was pending: the same key again, or not.
  const settled = before.confirmation === null || input.type === 'text' ? before : { ...before, confirmation: null };
  const state = settled.prompt.remark === null ? settled : { ...settled, prompt: { ...settled.prompt, remark: null } };
  switch (input.type) {
    case 'key': {
      const action = actionOfKey(input.name, modeOf(state), scene.failed);
      return action === null ? still(state) : reduce(state, action, scene);
    }
    case 'text':
      return typeText(state, input.text, scene);
    case 'paste':
      return still(paste(state, input.text));
    default:
      return input satisfies never;
  }
};

const still = (state: State): Step => ({ state, requests: [] });

/** Characters are keys until one of them begins a message: `ihello` in one chunk types `hello`. */
const typeText = (state: State, text: string, scene: KeyContext): Step => {
  const requests: Request[] = [];
  let current = state;
  let rest = text;
  while (rest !== '' && !isTyping(modeOf(current))) {
    const [character = ''] = rest;
    rest = rest.slice(character.length);
    const action = actionOfCharacter(character, modeOf(current), scene.failed);
    if (action === null) {
      current = { ...current, confirmation: null };
      continue;
    }
    const { confirmation } = current;
    const step = reduce(current, action, scene);
    // The same key again has done what was pending; any other has let it go.
    current = step.state.confirmation === confirmation ? { ...step.state, confirmation: null } : step.state;
    requests.push(...step.requests);
  }
  return { state: rest === '' ? current : change(current, { type: 'insert', text: rest }), requests };
};

/** An edit of the line that is typed in: what is asked for below the list, or else the draft. */
const change = (state: State, by: Edit): State => {
  const { input } = state.listView;
  return input === null
    ? { ...state, prompt: editPrompt(state.prompt, by) }
    : { ...state, listView: editLineInput(state.listView, input, by) };
};

/** A paste goes into the line that is typed in; where there is none, into the prompt. */
const paste = (state: State, text: string): State => {
  const mode = modeOf(state);
  if (mode === 'help' || mode === 'replay') return state;
  const { input } = state.listView;
  // Escapes count in what is sent: those of a paste are doubled, so that its own bytes go out.
  if (input !== null)
    return change(state, { type: 'insert', text: input.type === 'write' ? doubleBackslashes(text) : text });
  return { ...composing(state), prompt: pasteText(state.prompt, text) };
};
const composing = (state: State): State => ({ ...state, focus: 'client', typing: true });

/** The effect of an action. */
const reduce = (state: State, action: Action, scene: KeyContext): Step => {
  switch (action.type) {
    case 'focus': {
      const completed = action.by === 1 && modeOf(state) === 'input' ? completeLine(state.prompt) : null;
      if (completed !== null) return still({ ...state, prompt: completed });
      return still(moveFocus(state, action.by));
    }
    case 'show':
      return still({ ...state, focus: action.pane });
    case 'leave':
      if (scene.busy) return { state, requests: [{ type: 'command', command: { type: 'stop' } }] };
      return still({ ...state, focus: 'connections', typing: false });
    case 'compose':
      return still(composing(state));
    case 'submit':
      return enter(state, scene);
    case 'edit':
      return still(change(state, action.edit));
    case 'yank':
      return still({ ...state, prompt: yank(state.prompt) });
    case 'recall':
      return still({ ...state, prompt: recallLine(state.prompt, action.by) });
    case 'select':
      return still(select(state, action.to, scene));
    case 'scroll':
      return still(state.help ? scrollHelp(state, action.to, scene) : scrollTranscript(state, action.to, scene));
    case 'toggleHelp':
      return still({ ...state, help: !state.help, helpTop: 0 });
    case 'ask':
      return { state, requests: [action.request] };
    case 'find': {
      const { listView, requests } = reduceListView(state.listView, action.find, {
        selected: aimOf(state, scene),
        replays: scene.replays,
      });
      const found = { ...state, listView };
      return { state: listView.input === null ? found : showAsking(found), requests };
    }
    case 'look': {
      const { detail, requests } = reduceDetail(state.detail, action.look, { ...scene, selected: aimOf(state, scene) });
      // The list shows again what was looked at.
      return { state: { ...state, detail, focus: 'connections', chosen: detail?.id ?? state.chosen }, requests };
    }
    case 'touch':
      return touching(state, action.intent, aimOf(state, scene));
    default:
      return action satisfies never;
  }
};

/** What is asked for is typed below the list, or below the payload. */
const showAsking = (state: State): State => ({
  ...state,
  focus: 'connections',
  detail: state.detail === null ? null : { ...state.detail, part: 'payload' },
});

/** The connection that keys act on: that of the detail, even where a filter has hidden it from the list meanwhile. */
const aimOf = ({ detail, chosen }: State, { ids, preferred }: KeyContext): number | null =>
  detail?.id ?? selectedId(chosen, ids, preferred);

/** What was sent or done is at the newest end of the chat, so that is shown. */
const enter = (state: State, scene: KeyContext): Step => {
  const { prompt, requests, help } = submit(state.prompt, scene.client);
  const entered = { ...state, prompt, anchor: prompt.draft === state.prompt.draft ? state.anchor : null };
  return { state: help ? showCommands(entered, scene) : entered, requests };
};

const touching = (state: State, intent: ConnectionKey, id: number | null): Step => {
  const { confirmation, requests } = confirmAction(state.confirmation, intent, id);
  return { state: { ...state, confirmation }, requests };
};

/** Holds the state outside React: several presses may come before React draws, and each builds on the one before. */
export interface Store {
  readonly subscribe: (listener: () => void) => () => void;
  readonly state: () => State;
  /** Applies presses in order and returns what they ask for. */
  readonly press: (presses: readonly Press[], scene: KeyContext) => readonly Request[];
}

/** A screen at its start; `lines` are those of the prompt in earlier runs, oldest first. */
export const createStore = (lines: readonly string[] = []): Store => {
  const listeners = new Set<() => void>();
  let state = initialState(lines);
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
    press: (presses, scene) => {
      const before = state;
      const requests: Request[] = [];
      for (const input of presses) {
        const step = press(state, input, scene);
        state = step.state;
        requests.push(...step.requests);
      }
      if (state !== before) for (const listener of listeners) listener();
      return requests;
    },
  };
};
