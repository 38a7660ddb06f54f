import type { Writable } from 'node:stream';

/** Where the reply goes, as it is: standard output, which may be slow, full, or closed by its reader. */
export class Output {
  readonly #stream: Writable;
  #error: Error | null = null;

  /** `failed` is told once, of the first error; from then on the bytes are dropped. */
  constructor(stream: Writable, failed: (error: Error) => void) {
    this.#stream = stream;
    stream.on('error', (error) => {
      if (this.#error !== null) return;
      this.#error = error;
      failed(error);
    });
  }

  /** Whether it has more to write than it takes: what comes next should wait for `drained`. */
  get full(): boolean {
    return this.#error === null && this.#stream.writableNeedDrain;
  }

  /** Whether everything is written. */
  get idle(): boolean {
    return this.#stream.writableLength === 0;
  }

  write(bytes: Uint8Array): void {
    if (this.#error === null) this.#stream.write(bytes);
  }

  /** Calls back once it takes more, or takes nothing ever again. */
  whenDrained(resume: () => void): void {
    const once = (): void => {
      this.#stream.off('drain', once).off('error', once);
      resume();
    };
    this.#stream.on('drain', once).on('error', once);
  }

  /** Resolves when everything is written, when nothing more can be, or when nobody wants to wait: `over`. */
  flushed(over: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.#error !== null || over.aborted) resolve();
      over.addEventListener('abort', () => resolve(), { once: true });
      this.#stream.write('', () => resolve());
    });
  }
}
