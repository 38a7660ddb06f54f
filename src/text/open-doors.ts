import { type Endpoint, formatEndpoint } from './endpoint.ts';
import { printable } from './printable.ts';

/** That other machines can reach these endpoints, as one line for people; null where there are none. */
export const exposureWarning = (endpoints: readonly Endpoint[], allow: readonly string[]): string | null => {
  if (endpoints.length === 0) return null;
  const places = endpoints.map(formatEndpoint).join(', ');
  const who = allow.length === 0 ? '--allow and --deny say who is let in' : `let in: ${allow.join(', ')}`;
  return printable(`open to other machines: ${places}; ${who}`);
};
