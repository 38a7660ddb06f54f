/** Bytes that one read can bring. Pages that no read has filled cost no memory. */
export const readBytes = 64 * 1024;
/** What one loan may be. */
export const loanBytes = 4 * 1024;

/**
 * Where all streams of a thread that bring little are read into, and the loan of what came last. The loan is a copy: the next
 * read may come before the kernel has taken it. It always is in the same memory, and an object for it is made only where its
 * length is not that of the one before, so that an echo of messages of one size leaves nothing behind for the collector: it
 * came 14 times a second and made everybody wait, which were the longest hundredth of all round trips (measured).
 */
export class CommonMemory {
  readonly reads = Buffer.allocUnsafeSlow(readBytes);
  #memory = Buffer.allocUnsafeSlow(loanBytes);
  #source = this.reads.subarray(0, 0);
  #loan = this.#memory.subarray(0, 0);

  /** The first `length` bytes of what was read, `loanBytes` at most. They stay as they are until the next loan. */
  lend(length: number): Buffer {
    if (length !== this.#loan.length) {
      this.#source = this.reads.subarray(0, length);
      this.#loan = this.#memory.subarray(0, length);
    }
    this.#loan.set(this.#source);
    return this.#loan;
  }

  /** Gives bytes away for good, if they are of a loan. */
  giveAway(bytes: Uint8Array): void {
    if (bytes.buffer !== this.#memory.buffer) return;
    this.#memory = Buffer.allocUnsafeSlow(loanBytes);
    this.#loan = this.#memory.subarray(0, 0);
  }
}
