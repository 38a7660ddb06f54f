import type { Edit } from '../text/line.ts';
import type { DetailAction } from './detail-state.ts';
import type { ListAction } from './finding.ts';
import type { Intent } from './intent.ts';
import type { Pane } from './layout.ts';

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
