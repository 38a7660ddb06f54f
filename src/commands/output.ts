import type { Writable } from 'node:stream';

/** What a pipe, a socket and a terminal say when nobody is at the other end any more. */
const left = ['EPIPE', 'ECONNRESET', 'EIO'];

/**
 * Standard output as a door that is passed one piece at a time: `write` resolves when the kernel has taken the piece,
 * so whoever waits for it holds no more than that in memory, however slow the reader is. Once the reader is gone,
 * writing does nothing.
 */
export class Output {
  readonly #stream: Writable;
  #gone = false;
  /** Lets the writer go on, while it waits. */
  #release: (() => void) | null = null;

  /** `onGone` is told once why nothing more can be written: null where the reader has left, which is its right. */
  constructor(stream: Writable, onGone: (error: Error | null) => void) {
    this.#stream = stream;
    stream.on('error', (error: Error) => {
      if (this.#gone) return;
      this.#gone = true;
      this.#release?.();
      onGone('code' in error && left.some((code) => code === error.code) ? null : error);
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
