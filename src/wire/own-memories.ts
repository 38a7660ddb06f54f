import { readBytes } from './common-memory.ts';

/** How many streams of a thread have one. More would no longer stay in a processor's cache, and gain nothing (measured). */
const most = 16;
/** Large reads in a row after which a stream is one that goes on. */
const enough = 4;

/**
 * Memories that the streams which bring most are read into, each into its own, so that nothing is copied: with eight of
 * them a seventh of the processor time. They are few: when every stream that had brought much kept one, eight thousand
 * peers that had each sent one large message held 640 MiB.
 */
export class OwnMemories {
  readonly #free: Buffer[] = [];
  #made = 0;

  /** For a stream that has brought so many large reads in a row; null where it is to go on without. */
  take(reads: number): Buffer | null {
    if (reads < enough) return null;
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made === most) return null;
    this.#made++;
    return Buffer.allocUnsafeSlow(readBytes);
  }

  /** Nothing is read into it any more, and no byte of it waits. */
  giveBack(memory: Buffer): void {
    this.#free.push(memory);
  }
}
