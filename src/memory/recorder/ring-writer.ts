import {
  maxKept,
  ringDouble,
  ringHeaderBytes,
  ringWord,
  segmentDouble,
  segmentHeaderBytes,
  segmentWord,
} from './layout.ts';

/** The one writer of a ring. It never waits: the oldest segment makes room for the newest. */
export class RingWriter {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly bytes: Buffer;
  /** Bytes of one call that a record may keep. */
  readonly maxKept: number;
  readonly #segmentBytes: number;
  readonly #segments: number;
  #segment: number;
  #isReaderBehind = false;
  /** Where the segment begins, in bytes of the ring's memory, and how much of it is used. */
  #base = 0;
  #used = 0;
  #events = 0;
  #recv = 0;
  #send = 0;

  /** `firstSegment` is for tests: the number of the first segment. */
  constructor(ring: SharedArrayBuffer, firstSegment = 0) {
    this.words = new Int32Array(ring);
    this.doubles = new Float64Array(ring);
    this.bytes = Buffer.from(ring);
    this.#segmentBytes = this.words[ringWord.segmentBytes] ?? 0;
    this.#segments = Math.floor((ring.byteLength - ringHeaderBytes) / this.#segmentBytes);
    this.maxKept = Math.min(maxKept, this.#segmentBytes / 4);
    this.#segment = firstSegment - 1;
    this.words[ringWord.read] = firstSegment | 0;
    this.#advance();
  }

  /** Whether a reader that wants every byte has half a ring still to read, or more. */
  get isReaderBehind(): boolean {
    return this.#isReaderBehind;
  }

  /** Bytes of all segments. */
  get size(): number {
    return this.#segments * this.#segmentBytes;
  }

  /** Where the next record goes that fits into this segment. */
  get position(): number {
    return this.#segment * this.#segmentBytes + this.#used;
  }

  /** Makes room for a record of so many bytes (a multiple of 8), and returns where it begins in the ring's memory. */
  reserve(bytes: number): number {
    if (this.#used + bytes > this.#segmentBytes) this.#advance();
    return this.#base + this.#used;
  }

  /** The record that was begun last is whole: readers may see it. */
  commitEvent(bytes: number): void {
    this.#events++;
    this.#commit(bytes);
  }

  commitReceived(bytes: number, received: number): void {
    this.#recv += received;
    this.#commit(bytes);
  }

  commitSent(bytes: number, sent: number): void {
    this.#send += sent;
    this.#commit(bytes);
  }

  #commit(bytes: number): void {
    this.#used += bytes;
    Atomics.store(this.words, this.#base / 4 + segmentWord.used, this.#used);
  }

  #advance(): void {
    const number = ++this.#segment;
    this.doubles[ringDouble.newest] = number;
    // A read-modify-write: what is written behind it must not be seen before it (on ARM). From here on no reader takes what
    // the oldest segment had.
    Atomics.exchange(this.words, ringWord.head, number | 0);
    this.#isReaderBehind = ((number - Atomics.load(this.words, ringWord.read)) | 0) > this.#segments / 2;
    this.#base = ringHeaderBytes + (number % this.#segments) * this.#segmentBytes;
    this.#used = segmentHeaderBytes;
    const [words, doubles] = [this.#base / 4, this.#base / 8];
    Atomics.store(this.words, words + segmentWord.used, this.#used);
    this.doubles[doubles + segmentDouble.events] = this.#events;
    this.doubles[doubles + segmentDouble.recv] = this.#recv;
    this.doubles[doubles + segmentDouble.send] = this.#send;
    Atomics.store(this.words, words + segmentWord.number, number | 0);
  }
}
