import type { Entry } from '../../model/chat/transcript.ts';
import type { Piece } from '../../model/payload.ts';
import type { ReplayCommand } from '../../model/replay-commands.ts';
import type { Client } from '../../model/view.ts';
import type { ConnectionRequest, Mode } from '../keys/actions.ts';
import type { Pane } from '../layout.ts';
import type { DetailContext, DetailState } from './detail-state.ts';
import { initialListView, type ListViewState, listViewMode } from './list-view.ts';
import { initialPrompt, type Prompt } from './prompt-state.ts';
import type { Anchor, Page } from './scroll.ts';

/** Waits for the second press of the same key; any other press drops it. */
export interface Confirmation {
  readonly id: number;
  readonly request: ConnectionRequest;
  /** What the second press does. */
  readonly text: string;
}

/** The state of the screen itself, without what the feed shows. */
export interface State {
  readonly focus: Pane;
  /** Characters go into the prompt while the client has the focus; kept while another pane has it. */
  readonly typing: boolean;
  readonly prompt: Prompt;
  readonly help: boolean;
  /** First visible line of the help. */
  readonly helpTop: number;
  /** The connection selected by a key; null before. */
  readonly chosen: number | null;
  /** First visible row of the list, unless the selection would be hidden. */
  readonly listTop: number;
  readonly anchor: Anchor;
  readonly confirmation: Confirmation | null;
  readonly listView: ListViewState;
  /** Replaces list and counters; null while it is closed. */
  readonly detail: DetailState | null;
}

export const initialState: State = {
  focus: 'client',
  typing: true,
  prompt: initialPrompt,
  help: false,
  helpTop: 0,
  chosen: null,
  listTop: 0,
  anchor: null,
  confirmation: null,
  listView: initialListView,
  detail: null,
};

/** What is visible when a key comes: moves are relative to it. */
export interface KeyContext {
  /** Connections in the order of the list. */
  readonly ids: readonly number[];
  readonly preferred: number | null;
  /** The commands that replay the selected connection. */
  readonly replays: readonly ReplayCommand[];
  readonly client: Client['status'];
  /** Attempts of the client to connect that have failed. */
  readonly failures: number;
  /** The wire has failed. */
  readonly failed: boolean;
  /** The source never acts: a refusal needs no confirmation. */
  readonly readOnly: boolean;
  /** The client has a task that Esc stops. */
  readonly busy: boolean;
  readonly listRows: number;
  readonly transcript: Page<Entry, unknown>;
  /** Of the open detail. */
  readonly payload: Page<Piece, unknown>;
  readonly ladder: DetailContext['ladder'];
  /** `commands` is the line at which the commands begin. */
  readonly help: { readonly lines: number; readonly rows: number; readonly commands: number };
}

export const modeOf = (state: State): Mode => (state.help ? 'help' : modeUnderHelp(state));

/** The mode once the help is closed. */
export const modeUnderHelp = (state: State): Mode => listViewMode(state.listView) ?? paneMode(state);

const paneMode = ({ focus, typing, detail }: State): Mode => {
  if (focus === 'client') return typing ? 'input' : 'client';
  return detail === null ? focus : 'detail';
};
