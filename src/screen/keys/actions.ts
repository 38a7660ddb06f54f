import type { ConnectionCommand } from '../../engine/protocol.ts';
import type { Command } from '../../model/chat/prompt-commands.ts';
import type { Filter } from '../../model/filter.ts';
import type { Edit } from '../../text/line.ts';
import type { Pane } from '../layout.ts';

/** What a key asks of a connection: a command, or the step from what the connection does now to what it does next. */
export type ConnectionRequest = ConnectionCommand | { readonly type: 'next-discipline' | 'toggle-pause' };

/** What the screen asks of the program. It acts through these alone. */
export type Intent =
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  /** Send a message `count` times. */
  | { readonly type: 'repeat'; readonly count: number; readonly everyMs: number; readonly bytes: Uint8Array }
  /** A command of the prompt that is not about the screen itself. */
  | {
      readonly type: 'command';
      readonly command: Exclude<Command, { type: 'hex' | 'eol' | 'help' | 'quit' | 'repeat' }>;
    }
  /** Keep a line of the prompt for the next run. */
  | { readonly type: 'remember'; readonly line: string }
  /** Connect the client, or connect it anew. */
  | { readonly type: 'reconnect' }
  /** Start the source anew, once it has failed. */
  | { readonly type: 'restart' }
  /** For connection `id`, or (null) for all; a discipline for all is also that of later connections. */
  | { readonly type: 'connection'; readonly id: number | null; readonly request: ConnectionRequest }
  /** The selection: read the calls and the payload of this connection, in place of any other; null: of none. */
  | { readonly type: 'detail'; readonly id: number | null }
  /** Read what all connections say, of those that the filter matches; held, it stays as it is; null: nothing. */
  | { readonly type: 'talk'; readonly filter: Filter | null; readonly isHeld: boolean }
  | { readonly type: 'quit' };

/** What a press of a key asks for: an intent, or something of the terminal. */
export type Request =
  | Intent
  /** Give the terminal back to the shell until the process is continued. */
  | { readonly type: 'suspend' }
  /** Draw everything anew: another program may have written on the terminal. */
  | { readonly type: 'redraw' }
  /** Put a text on the clipboard of the terminal. */
  | { readonly type: 'copy'; readonly text: string };

/** Where the keys go: a pane, a line that is typed in, or an overlay. */
export type Mode = Pane | 'input' | 'filter' | 'write' | 'replay' | Finder;

/** The overlays in which a key is found by typing: the help tells what it does, the palette does it. */
export type Finder = 'help' | 'palette';

/** Where to move in a list or a text. */
export type Target = 'previous' | 'next' | 'pageUp' | 'pageDown' | 'first' | 'last';

/** What a key does to the list of connections, and to the line and the menu that open from it. */
export type ListAction =
  | ('sort' | 'reverse' | 'freeze')
  | ('filter' | 'write' | 'writeAll' | 'answer' | 'dismiss')
  | ('replay' | 'copyPayload' | 'copy' | 'previousReplay' | 'nextReplay');

/** What a key does. */
export type Action =
  /** To the next pane on view, or the one before. */
  | { readonly type: 'focus'; readonly by: 1 | -1 }
  /** To a pane. */
  | { readonly type: 'show'; readonly pane: Pane }
  /** To another tab of the selected connection. */
  | { readonly type: 'tab'; readonly by: 1 | -1 }
  /** Gives the pane the whole window, and back. */
  | { readonly type: 'zoom' }
  /** One level back; from the list on, `leaves` asks to quit. */
  | { readonly type: 'back'; readonly leaves: boolean }
  /** Into the prompt, and out of it to the list. */
  | { readonly type: 'compose' }
  | { readonly type: 'leave' }
  /** Puts a text into the prompt, in place of the draft. */
  | { readonly type: 'draft'; readonly text: string }
  | { readonly type: 'submit' }
  | { readonly type: 'edit'; readonly edit: Edit }
  /** Puts back the text deleted last. */
  | { readonly type: 'yank' }
  /** To an older line of the history, or a newer one. */
  | { readonly type: 'recall'; readonly by: -1 | 1 }
  | { readonly type: 'select'; readonly to: Target }
  /** Moves in the pane or the overlay that has the keys. */
  | { readonly type: 'scroll'; readonly to: Target }
  /** Payload as text, or as a hex dump. */
  | { readonly type: 'format' }
  | { readonly type: 'find'; readonly finder: Finder }
  /** Does what is chosen in the palette. */
  | { readonly type: 'choose' }
  | { readonly type: 'list'; readonly action: ListAction }
  /** For the selected connection. With `confirm` the first press shows it, `#` as the number, and the second one counts. */
  | { readonly type: 'connection'; readonly request: ConnectionRequest; readonly confirm: string | null }
  | { readonly type: 'request'; readonly request: Request };
