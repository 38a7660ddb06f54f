import type { Endpoint } from '../text/endpoint.ts';
import type { Input } from './input.ts';
import type { Output } from './output.ts';

/** One sending and its reply. */
export interface Exchange {
  readonly endpoint: Endpoint;
  /** How long connecting may take, and every silence, ms. */
  readonly timeoutMs: number;
  readonly expectEcho: boolean;
  readonly input: Input;
  readonly output: Output;
  /** Calls everything off: what is open is closed, what has come stays written. */
  readonly over: AbortSignal;
}
