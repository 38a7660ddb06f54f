/** Bytes that one read can bring. Pages that no read has filled cost no memory. */
export const readBytes = 64 * 1024;
/** Up to here a loan is in a memory of its own, so that a short message which waits keeps 4 KiB and not 64. */
export const smallBytes = 4 * 1024;

/**
 * Where all streams of a thread are read into, and the loan of what came last. The loan is a copy: the next read may come
 * before the kernel has taken it. It always is in the same memory, one for each of two sizes, and an object for it is made
 * only where its length is not that of the one before, so that an echo of messages of one size leaves nothing behind for
 * the collector: it came 14 times a second and made everybody wait, which were the longest hundredth of all round trips
 * (measured).
 */
export class SharedReadBuffer {
  readonly reads = Buffer.allocUnsafeSlow(readBytes);
  readonly #small = new Loan(this.reads, smallBytes);
  readonly #large = new Loan(this.reads, readBytes);

  /** The first `length` bytes of what was read. They stay as they are until the next loan. */
  lend(length: number): Buffer {
    return (length <= smallBytes ? this.#small : this.#large).lend(length);
  }

  /** Gives bytes away for good, with the memory that they are in, if they are of a loan. */
  giveAway(bytes: Uint8Array): void {
    this.#small.giveAway(bytes);
    this.#large.giveAway(bytes);
  }
}

/** Bytes that are lent in one memory, one loan at a time. */
class Loan {
  readonly #reads: Buffer;
  #memory: Buffer;
  #source: Buffer;
  #lent: Buffer;

  /** Of what is in `reads`, so many bytes at most. */
  constructor(reads: Buffer, bytes: number) {
    this.#reads = reads;
    this.#memory = Buffer.allocUnsafeSlow(bytes);
    this.#source = reads.subarray(0, 0);
    this.#lent = this.#memory.subarray(0, 0);
  }

  lend(length: number): Buffer {
    if (length !== this.#lent.length) {
      this.#source = this.#reads.subarray(0, length);
      this.#lent = this.#memory.subarray(0, length);
    }
    this.#lent.set(this.#source);
    return this.#lent;
  }

  giveAway(bytes: Uint8Array): void {
    if (bytes.buffer !== this.#memory.buffer) return;
    this.#memory = Buffer.allocUnsafeSlow(this.#memory.length);
    this.#lent = this.#memory.subarray(0, 0);
  }
}
