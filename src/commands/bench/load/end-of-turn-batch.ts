/**
 * Items that are acted on together at the end of this turn of the event loop: every connection reads before any of them
 * writes. On loopback the sender's system call does the receiver's work as well, and wakes it where it sleeps; a server
 * that gets its requests in a row stays awake. Measured with 64 connections in ping-pong: a fifth more round trips for the
 * same processor time.
 */
export class EndOfTurnBatch<Item> {
  readonly #act: (item: Item) => void;
  #due: Item[] = [];
  #spare: Item[] = [];

  constructor(act: (item: Item) => void) {
    this.#act = act;
  }

  add(item: Item): void {
    if (this.#due.push(item) === 1) setImmediate(this.#run);
  }

  readonly #run = (): void => {
    const due = this.#due;
    this.#due = this.#spare;
    this.#spare = due;
    for (const item of due) this.#act(item);
    due.length = 0;
  };
}
