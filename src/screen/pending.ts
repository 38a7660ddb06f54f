import type { ConnectionKey, Request } from './action.ts';

/** An end that a connection is to meet when the same key is pressed again. */
export interface Confirmation {
  readonly act: 'close' | 'reset';
  readonly id: number;
}

/** What was pending is settled by the key before; what destroys is pending first, and done when asked for again. */
export const confirmAction = (
  confirmation: Confirmation | null,
  intent: ConnectionKey,
  id: number | null,
): { readonly confirmation: Confirmation | null; readonly requests: readonly Request[] } => {
  if (id === null) return { confirmation, requests: [] };
  if (intent === 'echo' || intent === 'pause') return { confirmation, requests: [{ type: intent, id }] };
  if (intent === 'half-close') return { confirmation, requests: [{ type: 'act', act: intent, id }] };
  if (confirmation?.act !== intent || confirmation.id !== id)
    return { confirmation: { act: intent, id }, requests: [] };
  return { confirmation: null, requests: [{ type: 'act', act: intent, id }] };
};
