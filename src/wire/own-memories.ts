import { readBytes } from './common-memory.ts';

/** How many streams of a thread have one. More would no longer stay in a processor's cache, and gain nothing (measured). */
const maxPooled = 16;

/**
 * Memories that streams which go on bringing much are read into, each into its own, so that nothing is copied: with eight
 * such streams a seventh of the processor time. Whoever has one keeps it until it brings little, or ends. They are few: when
 * every stream that had brought much kept one, eight thousand peers that had each sent a large message held 640 MiB.
 */
export class ReadBufferPool {
  readonly #free: Buffer[] = [];
  #made = 0;

  /** Null where all are taken: that stream goes on without. */
  take(): Buffer | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made === maxPooled) return null;
    this.#made++;
    return Buffer.allocUnsafeSlow(readBytes);
  }

  /** Nothing is read into it any more, and no byte of it waits. */
  giveBack(memory: Buffer): void {
    this.#free.push(memory);
  }
}
