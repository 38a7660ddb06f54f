/** Something that waits for its peer to take bytes. */
export interface StalledConnection {
  /** Counts what the kernel has taken since the last look. */
  readonly progress: () => void;
}

/** How often the bytes that trickle out to slow peers are counted, ms. */
const intervalMs = 100;

/** The connections that wait for their peers. One timer for all of them, none while nobody waits. */
export class StalledConnections {
  readonly #members = new Set<StalledConnection>();
  #timer: NodeJS.Timeout | undefined;

  add(member: StalledConnection): void {
    this.#members.add(member);
    this.#timer ??= setInterval(() => {
      for (const each of this.#members) each.progress();
    }, intervalMs);
  }

  delete(member: StalledConnection): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
