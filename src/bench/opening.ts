/** Handshakes under way at once: most servers' backlog takes as many. */
const mostAtOnce = 128;
/** How long no handshake may end before those under way are given up, ms. */
export const handshakePatienceMs = 3000;
const lookMs = 250;

/** Opens many connections, a few at a time. */
export class Opening {
  readonly #count: number;
  readonly #open: (number: number) => void;
  readonly #giveUp: (number: number) => void;
  readonly #pending = new Set<number>();
  readonly #done = Promise.withResolvers<void>();
  #begun = 0;
  #established = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = performance.now();

  /** `open` begins the handshake of a connection, counted from 1; `giveUp` is told that its time is over. */
  constructor(count: number, open: (number: number) => void, giveUp: (number: number) => void) {
    this.#count = count;
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
    // Where all of the first have failed, so will the others.
    const hopeless = this.#established === 0 && this.#begun >= mostAtOnce;
    while (this.#begun < this.#count && this.#pending.size < mostAtOnce && !hopeless) {
      this.#begun += 1;
      this.#pending.add(this.#begun);
      this.#open(this.#begun);
    }
    if (this.#pending.size === 0) this.stop();
  }

  #abandon(): void {
    const late = [...this.#pending];
    for (let number = this.#begun + 1; number <= this.#count; number++) late.push(number);
    this.stop();
    for (const number of late) this.#giveUp(number);
  }
}
