import { numberOf, shareOf, type ThreadShare } from './plan.ts';

/** Handshakes under way at once, of all threads together: most servers' backlog takes as many. */
const mostAtOnce = 128;
/** Where so many of a thread have failed and none before them was established, so will the others. */
const mostFailures = 128;
/**
 * How long no handshake may end before those under way and to come are given up, ms. Each thread looks at its own: one of
 * many has few under way, and may give up before a server whose backlog is full lets one of them in.
 */
export const handshakePatienceMs = 3000;
const lookMs = 250;

/** Opens the connections of one thread, a few at a time. */
export class ConnectionOpener {
  readonly #count: number;
  readonly #part: ThreadShare;
  readonly #mostAtOnce: number;
  readonly #open: (number: number) => void;
  readonly #giveUp: (number: number) => void;
  readonly #pending = new Set<number>();
  readonly #done = Promise.withResolvers<void>();
  #begun = 0;
  #established = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = performance.now();

  /**
   * `count`: connections of this part. `open` begins the handshake of the one with this number; `giveUp` is told that its
   * time is over.
   */
  constructor(count: number, part: ThreadShare, open: (number: number) => void, giveUp: (number: number) => void) {
    this.#count = count;
    this.#part = part;
    this.#mostAtOnce = shareOf(mostAtOnce, part);
    this.#open = open;
    this.#giveUp = giveUp;
  }

  /** Resolves once no handshake is under way any more, and none is to come. */
  run(): Promise<void> {
    this.#timer = setInterval(() => {
      if (performance.now() - this.#lastMs >= handshakePatienceMs) this.#abandon();
    }, lookMs);
    this.#lastMs = performance.now();
    this.#more();
    return this.#done.promise;
  }

  /** A handshake has ended. What is told of one that was not under way is left out. */
  ended(number: number, established: boolean): void {
    if (!this.#pending.delete(number)) return;
    this.#lastMs = performance.now();
    if (established) this.#established += 1;
    this.#more();
  }

  /** Begins no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#begun = this.#count;
    this.#pending.clear();
    this.#done.resolve();
  }

  #more(): void {
    const hopeless = this.#established === 0 && this.#begun >= mostFailures;
    while (this.#begun < this.#count && this.#pending.size < this.#mostAtOnce && !hopeless) {
      this.#begun += 1;
      const number = numberOf(this.#begun, this.#part);
      this.#pending.add(number);
      this.#open(number);
    }
    if (this.#pending.size === 0) this.stop();
  }

  #abandon(): void {
    const late = [...this.#pending];
    for (let nth = this.#begun + 1; nth <= this.#count; nth++) late.push(numberOf(nth, this.#part));
    this.stop();
    for (const number of late) this.#giveUp(number);
  }
}
