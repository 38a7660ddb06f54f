import { numberOf, shareOf, type ThreadShare } from './plan.ts';

/** Handshakes at once, of all threads together: most servers' backlog takes as many. */
const maxAtOnce = 128;
/** Where so many of a thread have failed and none was established, no more are tried. */
const maxFailures = 128;
/**
 * When no handshake ends for so many ms, those under way and to come are given up. Each thread counts only its own: one of
 * many has few under way, and may give up before a server with a full backlog accepts one of them.
 */
export const handshakeTimeoutMs = 3000;
const checkMs = 250;

/** Opens the connections of one thread, a few at a time. */
export class ConnectionOpener {
  readonly #count: number;
  readonly #share: ThreadShare;
  readonly #maxAtOnce: number;
  readonly #open: (number: number) => void;
  readonly #giveUp: (number: number) => void;
  readonly #pending = new Set<number>();
  readonly #done = Promise.withResolvers<void>();
  #begun = 0;
  #established = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = performance.now();

  /**
   * `count`: connections of this thread. `open` begins the handshake of the connection with this number; `giveUp` ends one
   * that has not begun, or not ended, in time.
   */
  constructor(count: number, share: ThreadShare, open: (number: number) => void, giveUp: (number: number) => void) {
    this.#count = count;
    this.#share = share;
    this.#maxAtOnce = shareOf(maxAtOnce, share);
    this.#open = open;
    this.#giveUp = giveUp;
  }

  /** Resolves when no handshake is under way, and none is to come. */
  run(): Promise<void> {
    this.#timer = setInterval(() => {
      if (performance.now() - this.#lastMs >= handshakeTimeoutMs) this.#abandon();
    }, checkMs);
    this.#lastMs = performance.now();
    this.#openMore();
    return this.#done.promise;
  }

  /** A handshake has ended. Does nothing for one that was not under way. */
  ended(number: number, established: boolean): void {
    if (!this.#pending.delete(number)) return;
    this.#lastMs = performance.now();
    if (established) this.#established += 1;
    this.#openMore();
  }

  /** Begins no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#begun = this.#count;
    this.#pending.clear();
    this.#done.resolve();
  }

  #openMore(): void {
    const isHopeless = this.#established === 0 && this.#begun >= maxFailures;
    while (this.#begun < this.#count && this.#pending.size < this.#maxAtOnce && !isHopeless) {
      this.#begun += 1;
      const number = numberOf(this.#begun, this.#share);
      this.#pending.add(number);
      this.#open(number);
    }
    if (this.#pending.size === 0) this.stop();
  }

  #abandon(): void {
    const late = [...this.#pending];
    for (let nth = this.#begun + 1; nth <= this.#count; nth++) late.push(numberOf(nth, this.#share));
    this.stop();
    for (const number of late) this.#giveUp(number);
  }
}
