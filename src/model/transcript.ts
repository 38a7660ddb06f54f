/** One line of the chat between the embedded client and whatever it talks to. `at` is wall-clock ms since 1970. */
export type Entry =
  | { readonly kind: 'sent'; readonly key: number; readonly at: number; readonly bytes: Uint8Array }
  | {
      readonly kind: 'received';
      readonly key: number;
      readonly at: number;
      readonly bytes: Uint8Array;
      /** Bytes that came but are not kept in `bytes`. */
      readonly skipped: number;
      /** From handing the message to the kernel until the last byte of its answer; null where nothing was asked. */
      readonly roundTripMs: number | null;
    }
  | {
      readonly kind: 'note';
      readonly key: number;
      readonly at: number;
      readonly text: string;
      readonly tone: 'info' | 'error';
    };
