import { mapMemory, releaseMemory } from '../../memory/mapped-memory.ts';

const nothing = Buffer.alloc(0);

/** Bytes in one buffer that doubles as it fills. A list of chunks would cost a hundred bytes for each chunk of one byte. */
export class GrowableBuffer {
  #buffer = nothing;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that it has: up to twice its length. */
  get memory(): number {
    return this.#buffer.length;
  }

  /** A view of all of them, until the next change. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = mapMemory(Math.max(length, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#length));
      releaseMemory(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  /** Returns all of them, and is empty. Who has sent them releases their memory (see memory/mapped-memory.ts). */
  take(): Buffer {
    const { bytes } = this;
    this.#buffer = nothing;
    this.#length = 0;
    return bytes;
  }

  /** Forgets them: views of them are empty from now on. */
  discard(): void {
    releaseMemory(this.#buffer);
    this.#buffer = nothing;
    this.#length = 0;
  }
}
