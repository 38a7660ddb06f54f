/** What a key asks of the rest of the program. The screen acts through these alone. */
export type Intent =
  | { readonly type: 'send'; readonly text: string }
  /** Connect the client, or connect it anew. */
  | { readonly type: 'reconnect' }
  /** The next discipline: for one connection, or (null) for all there are and all to come. */
  | { readonly type: 'echo'; readonly id: number | null }
  /** Stop reading from a connection, or go on. */
  | { readonly type: 'pause'; readonly id: number }
  | { readonly type: 'act'; readonly act: 'half-close' | 'close' | 'reset'; readonly id: number }
  /** Bytes of our own to a connection, or (null) to all. */
  | { readonly type: 'write'; readonly text: string; readonly id: number | null }
  | { readonly type: 'quit' };
