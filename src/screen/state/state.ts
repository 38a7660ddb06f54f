import type { ConnectionCommand } from '../../engine/protocol.ts';
import type { Entry } from '../../model/chat/transcript.ts';
import type { Copyable } from '../../model/payload-copies.ts';
import type { ReplayCommand } from '../../model/replay-commands.ts';
import type { TalkLine } from '../../model/talk.ts';
import type { Client } from '../../model/view.ts';
import type { Mode } from '../keys/actions.ts';
import type { Pane } from '../layout.ts';
import type { FinderContext, FinderState } from './finder.ts';
import { initialListView, type ListViewState, listViewMode } from './list-view.ts';
import { initialPrompt, type Prompt, type Remark } from './prompt-state.ts';
import type { Anchor, Page } from './scroll.ts';
import { initialSide, type SideContext, type SideState } from './side.ts';

/** Waits for the second press of the same key; any other press drops it. */
export interface Confirmation {
  /** What is asked about. */
  readonly subject: string;
  /** What the second press does. */
  readonly text: string;
}

/** The state of the screen itself, without what the feed shows. */
export interface State {
  /** All panes, the one that has the keys first, then the one that had them before it. */
  readonly recent: readonly [Pane, ...Pane[]];
  /** That pane has the whole window. */
  readonly isZoomed: boolean;
  /** Characters go into the prompt while the client has the focus; kept while another pane has it. */
  readonly typing: boolean;
  readonly prompt: Prompt;
  /** The open help or palette. */
  readonly finder: FinderState | null;
  /** The connection selected by a key; null: the newest peer. */
  readonly chosen: number | null;
  /** First visible row of the list, unless the selection would be hidden. */
  readonly listTop: number;
  /** The order has changed: the list shows its top, wherever the selection is. */
  readonly isListFree: boolean;
  /** Position in the chat; null follows the newest. */
  readonly anchor: Anchor;
  /** Position in what all connections say; null follows the newest. */
  readonly talkAnchor: Anchor;
  readonly confirmation: Confirmation | null;
  /** What a key did not do, and why; until the next key. */
  readonly remark: Remark | null;
  readonly listView: ListViewState;
  readonly side: SideState;
}

export const initialState: State = {
  recent: ['client', 'payload', 'connections', 'stages', 'talk'],
  isZoomed: false,
  typing: true,
  prompt: initialPrompt,
  finder: null,
  chosen: null,
  listTop: 0,
  isListFree: false,
  anchor: null,
  talkAnchor: null,
  confirmation: null,
  remark: null,
  listView: initialListView,
  side: initialSide,
};

/** What is visible when a key comes: moves are relative to it. */
export interface KeyContext extends SideContext {
  /** Connections in the order of the list. */
  readonly ids: readonly number[];
  readonly preferred: number | null;
  /** How many open connections are not of the embedded client. */
  readonly outsiders: () => number;
  /** Why a command has no effect on a connection; null: it has. */
  readonly obstacle: (id: number, command: ConnectionCommand['type']) => string | null;
  /** The commands that replay the selected connection. */
  readonly replays: () => readonly ReplayCommand[];
  /** Its payload, as texts to copy. */
  readonly copies: () => readonly Copyable[];
  readonly client: Client['status'];
  /** Attempts of the client to connect that have failed. */
  readonly failures: number;
  /** The wire has failed. */
  readonly failed: boolean;
  /** The source never acts: a refusal needs no confirmation. */
  readonly readOnly: boolean;
  /** The client has a task that Esc stops. */
  readonly busy: boolean;
  /** The panes that share each place of the window. */
  readonly slots: readonly (readonly Pane[])[];
  readonly listRows: number;
  readonly transcript: Page<Entry, unknown>;
  readonly talk: Page<TalkLine, unknown>;
  /** Of the open finder. */
  readonly finder: FinderContext;
}

export const focusOf = ({ recent: [focus] }: State): Pane => focus;

export const modeOf = (state: State): Mode => state.finder?.finder ?? modeUnderFinder(state);

/** The mode once help and palette are closed. */
export const modeUnderFinder = (state: State): Mode => listViewMode(state.listView) ?? paneMode(state);

const paneMode = (state: State): Mode => {
  const focus = focusOf(state);
  return focus === 'client' && state.typing ? 'input' : focus;
};
