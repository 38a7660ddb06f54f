import { mapMemory } from '../../memory/mapped-memory.ts';

/** Bytes that one read can bring. Pages that no read has filled cost no memory. */
const readBytes = 64 * 1024;
/** A read of so many bytes or less is copied into memory of this size: a short message that waits keeps 4 KiB and not 64. */
const smallBytes = 4 * 1024;

/**
 * The memory that all streams of a thread are read into. Each read is handed on as a copy, because the next read may come
 * before the kernel has taken the answer. Copies go to the same memory, one for each of two sizes, and a Buffer object is
 * made only where the length changes. So an echo of messages of one size leaves no garbage: the collector had run 14 times a
 * second, and those pauses were the longest hundredth of all round trips (measured).
 */
class SharedReadBuffer {
  readonly reads = Buffer.allocUnsafeSlow(readBytes);
  readonly #small = new ReadCopy(this.reads, smallBytes);
  readonly #large = new ReadCopy(this.reads, readBytes);

  /** A copy of the first `length` bytes that were read. It stays as it is until the next copy. */
  copy(length: number): Buffer {
    return (length <= smallBytes ? this.#small : this.#large).copy(length);
  }

  /** Leaves the memory of this copy to whoever holds it, and releases it: later copies go to new memory. */
  detach(bytes: Uint8Array): void {
    this.#small.detach(bytes);
    this.#large.detach(bytes);
  }
}

/** Copies of reads, all in the same memory: one is valid until the next. */
class ReadCopy {
  readonly #reads: Buffer;
  #memory: Buffer;
  #source: Buffer;
  #copy: Buffer;

  /** Copies what is in `reads`, at most so many bytes. */
  constructor(reads: Buffer, bytes: number) {
    this.#reads = reads;
    this.#memory = mapMemory(bytes);
    this.#source = reads.subarray(0, 0);
    this.#copy = this.#memory.subarray(0, 0);
  }

  copy(length: number): Buffer {
    if (length !== this.#copy.length) {
      this.#source = this.#reads.subarray(0, length);
      this.#copy = this.#memory.subarray(0, length);
    }
    this.#copy.set(this.#source);
    return this.#copy;
  }

  detach(bytes: Uint8Array): void {
    if (bytes.buffer !== this.#memory.buffer) return;
    this.#memory = mapMemory(this.#memory.length);
    this.#copy = this.#memory.subarray(0, 0);
  }
}

/** Buffers of a thread. More do not fit in a processor's cache, and gain nothing (measured). */
const maxPooled = 16;

/**
 * Buffers for streams that go on bringing much. Each such stream reads into its own, so that nothing is copied: with eight
 * of them this saves a seventh of the processor time. A stream keeps its buffer until it brings little, or ends. Their
 * number is bounded: without a bound, eight thousand peers that had each sent a large message held 640 MiB.
 */
class ReadBufferPool {
  readonly #free: Buffer[] = [];
  #made = 0;

  /** Null where all are taken. */
  take(): Buffer | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made === maxPooled) return null;
    this.#made++;
    return Buffer.allocUnsafeSlow(readBytes);
  }

  /** Only when nothing reads into it any more, and no byte of it waits. */
  release(buffer: Buffer): void {
    this.#free.push(buffer);
  }
}

/** One of each for this thread. */
const shared = new SharedReadBuffer();
const pool = new ReadBufferPool();

/** Large reads in a row after which a stream gets a buffer of its own. */
const largeReads = 4;

/**
 * The buffer that one stream is read into: the shared one, whose bytes are copied, or its own while it goes on bringing
 * much. A connection that is idle or brings little has no memory for reads.
 */
export class StreamReadBuffer {
  /** Null while it reads into the shared one. */
  #own: Buffer | null = null;
  /** Large reads in a row. */
  #large = 0;

  /** For the first read. */
  get first(): Buffer {
    return shared.reads;
  }

  /** The bytes of a read. The next read, of whatever stream, may overwrite them, unless `keep` is called. */
  bytes(length: number): Buffer {
    const own = this.#own;
    if (own === null) return shared.copy(length);
    return length === readBytes ? own : own.subarray(0, length);
  }

  /**
   * A write of these bytes waits: they must stay as they are. Those in its own buffer do, because nothing more is read from
   * this stream until then (Stream.write).
   */
  keep(bytes: Uint8Array): void {
    shared.detach(bytes);
  }

  /**
   * The buffer for the reads after one of so many bytes; undefined where it stays the same. `isFree`: no write of the stream
   * waits, and it is open.
   */
  next(length: number, isFree: boolean): Buffer | undefined {
    if (length > smallBytes) {
      this.#large++;
      if (this.#large < largeReads || this.#own !== null || !isFree) return undefined;
      this.#own = pool.take();
      return this.#own ?? undefined;
    }
    this.#large = 0;
    // A write that waits may be of this buffer: then a later small read, or the end, gives it back.
    return isFree && this.release() ? shared.reads : undefined;
  }

  /** False where it has none. Only when no write of it waits, or the handle is closed. */
  release(): boolean {
    if (this.#own === null) return false;
    pool.release(this.#own);
    this.#own = null;
    return true;
  }
}
