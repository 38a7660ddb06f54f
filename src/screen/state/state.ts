import type { Entry } from '../../model/chat/transcript.ts';
import type { Piece } from '../../model/payload.ts';
import type { ReplayCommand } from '../../model/replay-commands.ts';
import type { Client } from '../../model/view.ts';
import type { Mode } from '../keys/actions.ts';
import type { Pane } from '../layout.ts';
import type { PayloadLine } from '../panes/payload-lines.ts';
import type { TranscriptLine } from '../panes/transcript-lines.ts';
import type { DetailContext, DetailState } from './detail-state.ts';
import { initialListView, type ListViewState, listViewMode } from './list-view.ts';
import { initialPrompt, type Prompt } from './prompt-state.ts';
import type { Confirmation } from './reducer.ts';
import type { Anchor, Page } from './scroll.ts';

/** All that the screen itself remembers. */
export interface State {
  readonly focus: Pane;
  /** While the focus is on the client, characters go into the prompt; kept while it is elsewhere. */
  readonly typing: boolean;
  readonly prompt: Prompt;
  readonly help: boolean;
  /** First line of the help on view. */
  readonly helpTop: number;
  /** Connection chosen by hand; null until one is. */
  readonly chosen: number | null;
  /** First row of the list on view, as far as the selection allows. */
  readonly listTop: number;
  readonly anchor: Anchor;
  /** What was asked for once and is done when asked for again: the next press decides. */
  readonly confirmation: Confirmation | null;
  readonly listView: ListViewState;
  /** Takes the place of list and counters; null while none is open. */
  readonly detail: DetailState | null;
}

export const initialState = (lines: readonly string[]): State => ({
  focus: 'client',
  typing: true,
  prompt: initialPrompt(lines),
  help: false,
  helpTop: 0,
  chosen: null,
  listTop: 0,
  anchor: null,
  confirmation: null,
  listView: initialListView,
  detail: null,
});

/** What was on view when the key came: moves are relative to it. */
export interface KeyContext {
  /** Connections in the order of the list. */
  readonly ids: readonly number[];
  readonly preferred: number | null;
  /** The commands for the selected connection. */
  readonly replays: readonly ReplayCommand[];
  readonly client: Client['status'];
  /** Whether the thread of the sockets is gone. */
  readonly failed: boolean;
  /** Whether the client does something that Esc stops. */
  readonly busy: boolean;
  readonly listRows: number;
  readonly transcript: Page<Entry, TranscriptLine>;
  /** Of the connection whose detail is open. */
  readonly payload: Page<Piece, PayloadLine>;
  readonly ladder: DetailContext['ladder'];
  /** `commands`: the line at which the commands begin. */
  readonly help: { readonly lines: number; readonly rows: number; readonly commands: number };
}

export const modeOf = (state: State): Mode => (state.help ? 'help' : modeUnderHelp(state));

/** Where the keys go once the help is closed. */
export const modeUnderHelp = (state: State): Mode => listViewMode(state.listView) ?? paneMode(state);

const paneMode = ({ focus, typing, detail }: State): Mode => {
  if (focus === 'client') return typing ? 'input' : 'client';
  return detail === null ? focus : 'detail';
};
