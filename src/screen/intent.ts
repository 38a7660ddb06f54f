import type { Command } from '../model/commands.ts';

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
