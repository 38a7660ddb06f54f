import type { Command } from '../../model/chat/prompt-commands.ts';
import type { Edit } from '../../text/line.ts';
import type { Pane } from '../layout.ts';
import type { DetailAction } from '../state/detail-state.ts';
import type { ListAction } from '../state/list-view.ts';

/** What a key asks of the rest of the program. The screen acts through these alone. */
export type Intent =
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  /** Send a message `count` times. */
  | { readonly type: 'repeat'; readonly count: number; readonly everyMs: number; readonly bytes: Uint8Array }
  /** A command of the prompt that the screen itself can't follow. */
  | {
      readonly type: 'command';
      readonly command: Exclude<Command, { type: 'hex' | 'eol' | 'help' | 'quit' | 'repeat' }>;
    }
  /** Keep a line of the prompt for the next run. */
  | { readonly type: 'remember'; readonly line: string }
  /** Connect the client, or connect it anew. */
  | { readonly type: 'reconnect' }
  /** Start the thread of the sockets anew, once it has failed. */
  | { readonly type: 'restart' }
  /** The next discipline: for one connection, or (null) for all there are and all to come. */
  | { readonly type: 'echo'; readonly id: number | null }
  /** Stop reading from a connection, or go on. */
  | { readonly type: 'pause'; readonly id: number }
  | { readonly type: 'act'; readonly act: 'half-close' | 'close' | 'reset'; readonly id: number }
  /** Bytes of our own to a connection, or (null) to all. */
  | { readonly type: 'write'; readonly bytes: Uint8Array; readonly id: number | null }
  /** Look closely at one connection, in place of any other; null: at none. */
  | { readonly type: 'look'; readonly id: number | null }
  | { readonly type: 'quit' };

/** Where the keys go: a pane, a line while it is typed in, or what lies above the panes. */
export type Mode = Pane | 'detail' | 'input' | 'filter' | 'write' | 'replay' | 'help';

/** Somewhere to go in a list or a text. */
export type Target = 'previous' | 'next' | 'pageUp' | 'pageDown' | 'first' | 'last';

/** What the screen asks for: an intent of the program, or to hand the terminal back to the shell for a while. */
export type Request =
  | Intent
  | { readonly type: 'suspend' }
  /** Hand a text of our own to the clipboard of the terminal. */
  | { readonly type: 'copy'; readonly text: string };

/** What a key does. */
export type Action =
  | { readonly type: 'focus'; readonly by: 1 | -1 }
  | { readonly type: 'show'; readonly pane: Pane }
  /** Into the prompt, and out of it to the list. */
  | { readonly type: 'compose' }
  | { readonly type: 'leave' }
  | { readonly type: 'submit' }
  | { readonly type: 'edit'; readonly edit: Edit }
  /** Back what was deleted last. */
  | { readonly type: 'yank' }
  /** A line typed before, or one after it. */
  | { readonly type: 'recall'; readonly by: -1 | 1 }
  | { readonly type: 'select'; readonly to: Target }
  | { readonly type: 'scroll'; readonly to: Target }
  | { readonly type: 'toggleHelp' }
  | { readonly type: 'find'; readonly find: ListAction }
  | { readonly type: 'look'; readonly look: DetailAction }
  /** Something for the selected connection. What destroys is asked for twice. */
  | { readonly type: 'touch'; readonly intent: ConnectionKey }
  | { readonly type: 'ask'; readonly request: Request };

/** What can be done to the selected connection. */
export type ConnectionKey = 'echo' | 'pause' | 'half-close' | 'close' | 'reset';
