import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { printError } from './stderr.ts';

/** Prints and resolves to the exit status. A reader who leaves early (`| head`) has read enough: no failure. */
export const print = async (text: string): Promise<number> => {
  try {
    await pipeline([`${text}\n`], process.stdout, { end: false });
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (isReaderGone(error)) return 0;
    printError(`cannot write the output: ${error.message}`);
    return 1;
  }
};

/**
 * Standard output, which may be slow, full, or closed by its reader. After its first error everything that is written is
 * dropped, and counts as taken.
 */
export class Output {
  readonly #stream: Writable;
  #hasFailed = false;
  /** Resolves the promise of a writer that waits. */
  #release: (() => void) | null = null;

  /** `failed` is called once, with the first error. */
  constructor(stream: Writable, failed: (error: Error) => void) {
    this.#stream = stream;
    stream.on('error', (error: Error) => {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      this.#release?.();
      failed(error);
    });
  }

  /** Whether the stream is above its high-water mark: wait for `flush` before the next bytes. */
  get isFull(): boolean {
    return !this.#hasFailed && this.#stream.writableNeedDrain;
  }

  /** Whether the kernel has taken everything. */
  get isEmpty(): boolean {
    return this.#stream.writableLength === 0;
  }

  push(bytes: Uint8Array): void {
    if (!this.#hasFailed) this.#stream.write(bytes);
  }

  /**
   * Resolves when the kernel has taken this piece and all before it: a caller that waits holds one piece in memory, however
   * slow the reader is. One piece at a time. Never rejects.
   */
  write(piece: string): Promise<void> {
    if (this.#hasFailed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#release = resolve;
      this.#stream.write(piece, () => resolve());
    });
  }

  /** Resolves when the kernel has taken everything. Never rejects. */
  flush(): Promise<void> {
    return this.write('');
  }
}

/** Whether the reader of a pipe, a socket or a terminal is gone, which is no failure of ours. */
export const isReaderGone = (error: Error): boolean =>
  'code' in error && ['EPIPE', 'ECONNRESET', 'EIO'].some((code) => code === error.code);
