import type { Endpoint } from '../../text/endpoint.ts';
import type { Output } from '../output.ts';
import type { Input } from './input.ts';

/** Calls `expired` once when nothing has happened for so long, in ms. */
export class SilenceTimer {
  readonly #timer: NodeJS.Timeout;

  /** `isExcused`: the silence is not the peer's fault, and the time starts again. */
  constructor(timeoutMs: number, isExcused: () => boolean, expired: () => void) {
    this.#timer = setTimeout(() => {
      if (isExcused()) this.#timer.refresh();
      else expired();
    }, timeoutMs);
  }

  /** Something happened. Bound, to be passed as a callback. */
  readonly reset = (): void => {
    this.#timer.refresh();
  };

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** One input to send, and where its reply goes. */
export interface Exchange {
  readonly endpoint: Endpoint;
  /** How long connecting may take, and every silence, ms. */
  readonly timeoutMs: number;
  readonly expectEcho: boolean;
  readonly input: Input;
  readonly output: Output;
  /** Aborts it: what is open is closed, what has come stays written. */
  readonly signal: AbortSignal;
}
