/** `progress` counts what the kernel has taken since the last time. */
type Stalled = { progress(): void };

/** How often the bytes that slow peers take are counted, ms. */
const intervalMs = 100;

/** The connections whose peers do not take what they are owed. One timer for all of them, and none without them. */
export class StalledConnections {
  readonly #connections = new Set<Stalled>();
  #timer: NodeJS.Timeout | undefined;

  add(connection: Stalled): void {
    this.#connections.add(connection);
    this.#timer ??= setInterval(() => {
      for (const each of this.#connections) each.progress();
    }, intervalMs);
  }

  delete(connection: Stalled): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
