import type { Request, Touch } from './action.ts';

/** An end that a connection is to meet when the same key is pressed again. */
export interface Pending {
  readonly act: 'close' | 'reset';
  readonly id: number;
}

/** What was pending is settled by the key before; what destroys is pending first, and done when asked for again. */
export const touch = (
  pending: Pending | null,
  intent: Touch,
  id: number | null,
): { readonly pending: Pending | null; readonly requests: readonly Request[] } => {
  if (id === null) return { pending, requests: [] };
  if (intent === 'echo' || intent === 'pause') return { pending, requests: [{ type: intent, id }] };
  if (intent === 'half-close') return { pending, requests: [{ type: 'act', act: intent, id }] };
  if (pending?.act !== intent || pending.id !== id) return { pending: { act: intent, id }, requests: [] };
  return { pending: null, requests: [{ type: 'act', act: intent, id }] };
};
