/** Bytes that one read can bring. Pages that no read has filled cost no memory. */
const readBytes = 64 * 1024;
/** Up to here a loan is in a memory of its own, so that a short message which waits keeps 4 KiB and not 64. */
const smallBytes = 4 * 1024;

/**
 * Where all streams of a thread are read into, and the loan of what came last. The loan is a copy: the next read may come
 * before the kernel has taken it. It always is in the same memory, one for each of two sizes, and an object for it is made
 * only where its length is not that of the one before, so that an echo of messages of one size leaves nothing behind for
 * the collector: it came 14 times a second and made everybody wait, which were the longest hundredth of all round trips
 * (measured).
 */
class SharedReadBuffer {
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

/** How many streams of a thread have one. More would no longer stay in a processor's cache, and gain nothing (measured). */
const maxPooled = 16;

/**
 * Memories that streams which go on bringing much are read into, each into its own, so that nothing is copied: with eight
 * such streams a seventh of the processor time. Whoever has one keeps it until it brings little, or ends. They are few: when
 * every stream that had brought much kept one, eight thousand peers that had each sent a large message held 640 MiB.
 */
class ReadBufferPool {
  readonly #free: Buffer[] = [];
  #made = 0;

  /** Null where all are taken: that stream goes on without. */
  take(): Buffer | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made === maxPooled) return null;
    this.#made++;
    return Buffer.allocUnsafeSlow(readBytes);
  }

  /** Nothing is read into it any more, and no byte of it waits. */
  giveBack(memory: Buffer): void {
    this.#free.push(memory);
  }
}

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
