import type { Endpoint } from '../../text/endpoint.ts';
import type { Input } from './input.ts';
import type { Output } from './output.ts';

/** Measures silence: calls `expired` once when nothing has happened for so long, in ms. */
export class SilenceTimer {
  readonly #timer: NodeJS.Timeout;

  /** `excused` says whether the silence is not the peer's, and is to be measured anew. */
  constructor(longestMs: number, excused: () => boolean, expired: () => void) {
    this.#timer = setTimeout(() => {
      if (excused()) this.#timer.refresh();
      else expired();
    }, longestMs);
  }

  /** Something happened. Bound, to be passed as a callback. */
  readonly reset = (): void => {
    this.#timer.refresh();
  };

  stop(): void {
    clearTimeout(this.#timer);
  }
}

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
