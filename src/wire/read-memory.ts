import { readBytes, SharedReadBuffer, smallBytes } from './common-memory.ts';
import { ReadBufferPool } from './own-memories.ts';

/** What the streams of this thread are read into. */
const common = new SharedReadBuffer();
const memories = new ReadBufferPool();

/** Large reads in a row after which a stream is one that goes on. */
const enough = 4;

/**
 * What one stream is read into: the memory of all, whose bytes are copied, or one of its own while it goes on bringing much.
 * An idle connection, and one that says little, has no memory for reads.
 */
export class StreamReadBuffer {
  /** Null while it reads into the memory of all. */
  #own: Buffer | null = null;
  /** Large reads in a row. */
  #large = 0;

  /** What the first read goes into. */
  get first(): Buffer {
    return common.reads;
  }

  /** The bytes of a read. The next read, of whatever stream, may overwrite them, unless they are to be kept. */
  bytes(length: number): Buffer {
    const own = this.#own;
    if (own === null) return common.lend(length);
    return length === readBytes ? own : own.subarray(0, length);
  }

  /**
   * A write of these waits: they stay as they are. Those in a memory of its own do so because nobody reads on from this
   * stream meanwhile (Stream.write).
   */
  keep(bytes: Uint8Array): void {
    common.giveAway(bytes);
  }

  /**
   * What the reads that follow one of so many bytes go into; undefined where that stays as it is. `isFree`: no write of the
   * stream waits, and it is not over.
   */
  next(length: number, isFree: boolean): Buffer | undefined {
    if (length > smallBytes) {
      this.#large++;
      if (this.#large < enough || this.#own !== null || !isFree) return undefined;
      this.#own = memories.take();
      return this.#own ?? undefined;
    }
    this.#large = 0;
    // Where a write waits it may be of this memory: then a later small read gives it back, or the end.
    return isFree && this.giveBack() ? common.reads : undefined;
  }

  /** False where there is none of its own. Not while a write of it waits, unless the handle is closed. */
  giveBack(): boolean {
    if (this.#own === null) return false;
    memories.giveBack(this.#own);
    this.#own = null;
    return true;
  }
}
