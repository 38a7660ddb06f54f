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
    if ('code' in error && error.code === 'EPIPE') return 0;
    printError(`cannot write the output: ${error.message}`);
    return 1;
  }
};

/** Error codes of a pipe, a socket and a terminal whose reader has left. */
const readerLeft = ['EPIPE', 'ECONNRESET', 'EIO'];

/**
 * Standard output, one piece at a time: `write` resolves when the kernel has taken the piece, so a caller that waits holds
 * one piece in memory, however slow the reader is. Once the reader is gone, writing does nothing.
 */
export class Output {
  readonly #stream: Writable;
  #gone = false;
  /** Lets the writer go on, while it waits. */
  #release: (() => void) | null = null;

  /** `onGone` is called once, with why nothing more can be written: null where the reader has left, which is no error. */
  constructor(stream: Writable, onGone: (error: Error | null) => void) {
    this.#stream = stream;
    stream.on('error', (error: Error) => {
      if (this.#gone) return;
      this.#gone = true;
      this.#release?.();
      onGone('code' in error && readerLeft.some((code) => code === error.code) ? null : error);
    });
  }

  /** Takes one piece after another: the next after this one's promise. Never rejects. */
  write(piece: string): Promise<void> {
    if (this.#gone) return Promise.resolve();
    return new Promise((resolve) => {
      this.#release = resolve;
      this.#stream.write(piece, () => resolve());
    });
  }
}
