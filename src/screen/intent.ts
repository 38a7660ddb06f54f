/** What a key asks of the rest of the program. The screen acts through these alone. */
export type Intent =
  | { readonly type: 'send'; readonly text: string }
  /** Connect the client, or connect it anew. */
  | { readonly type: 'reconnect' }
  | { readonly type: 'quit' };
