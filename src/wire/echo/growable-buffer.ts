const nothing = Buffer.alloc(0);

/** Bytes in one buffer that doubles as it fills. A list of chunks would cost a hundred bytes for each chunk of one byte. */
export class GrowableBuffer {
  #buffer = nothing;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view of all of them, until the next change. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  /** Returns all of them, and is empty. */
  take(): Buffer {
    const { bytes } = this;
    this.#buffer = nothing;
    this.#length = 0;
    return bytes;
  }
}
