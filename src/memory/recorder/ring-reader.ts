import {
  ringDouble,
  ringHeaderBytes,
  ringWord,
  segmentDouble,
  segmentHeaderBytes,
  segmentWord,
  wanted,
} from './layout.ts';
import { addMissed, type Kind, kinds, type Missed, nothingMissed, type WireRecord } from './record.ts';
import { RecordCopy, type SlotNumbers } from './record-copy.ts';

const plainSlots: SlotNumbers = { first: 0, clients: Number.POSITIVE_INFINITY };

/** Copies parts of a ring that another thread writes. A part that was overwritten meanwhile is not returned. */
export class RingMemory {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #bytes: Buffer;
  readonly segmentBytes: number;
  readonly #slots: SlotNumbers;
  readonly #segments: number;

  constructor(ring: SharedArrayBuffer, slots: SlotNumbers = plainSlots) {
    this.#slots = slots;
    this.#words = new Int32Array(ring);
    this.#doubles = new Float64Array(ring);
    this.#bytes = Buffer.from(ring);
    this.segmentBytes = this.#words[ringWord.segmentBytes] ?? 1;
    this.#segments = Math.floor((ring.byteLength - ringHeaderBytes) / this.segmentBytes);
  }

  /** Number of the newest segment; -1 before there is one. */
  get newest(): number {
    // A read-modify-write: a plain atomic load would let the copy before it be moved behind it (on ARM).
    const word = Atomics.add(this.#words, ringWord.head, 0);
    const newest = this.#doubles[ringDouble.newest] ?? 0;
    return newest + ((word - (newest | 0)) | 0);
  }

  /** Number of the oldest segment whose records are still there. */
  get oldest(): number {
    return Math.max(0, this.newest - this.#segments + 1);
  }

  /** Whether a segment is still there. */
  has(segment: number): boolean {
    return segment > this.newest - this.#segments;
  }

  /** What is written of a segment from `offset` on; null where that is nothing, or no longer there. */
  copy(segment: number, offset: number, length = this.segmentBytes): RecordCopy | null {
    const base = this.#baseOf(segment);
    const end = Math.min(offset + length, this.#used(segment));
    if (end <= offset) return null;
    const memory = new ArrayBuffer(end - offset);
    this.#bytes.copy(new Uint8Array(memory), 0, base + offset, base + end);
    return this.has(segment) ? new RecordCopy(segment * this.segmentBytes + offset, memory, this.#slots) : null;
  }

  /** The sums over all records before a segment; null where it is no longer there. */
  sumsBefore(segment: number): Missed | null {
    const doubles = this.#baseOf(segment) / 8;
    if (!this.#isBegun(segment)) return null;
    const [events, recv, send] = [segmentDouble.events, segmentDouble.recv, segmentDouble.send].map(
      (field) => this.#doubles[doubles + field] ?? 0,
    );
    return this.has(segment) ? { events: events ?? 0, recv: recv ?? 0, send: send ?? 0 } : null;
  }

  /** Asks the writer to tell when there is something new: an event, or data as well. */
  wait(level: keyof typeof wanted): void {
    Atomics.store(this.#words, ringWord.wanted, wanted[level]);
  }

  /** Tells the writer which segment a reader of every byte has come to. */
  markRead(segment: number): void {
    Atomics.store(this.#words, ringWord.read, segment | 0);
  }

  #used(segment: number): number {
    if (!this.#isBegun(segment)) return 0;
    return Atomics.load(this.#words, this.#baseOf(segment) / 4 + segmentWord.used);
  }

  /** Whether the memory of a segment is its own by now. */
  #isBegun(segment: number): boolean {
    return Atomics.load(this.#words, this.#baseOf(segment) / 4 + segmentWord.number) === (segment | 0);
  }

  #baseOf(segment: number): number {
    return ringHeaderBytes + (segment % this.#segments) * this.segmentBytes;
  }
}

/** What one look brought. */
export interface Reading {
  readonly records: readonly WireRecord[];
  /** Records before these that were overwritten before they were read. */
  readonly missed: Missed;
  /** Whether that was all that was there. */
  readonly isWhole: boolean;
}

/**
 * A reader's place in a ring: each record once, in the order in which they were written. It never holds the writer up: one
 * that is overtaken goes on with the oldest record that is still there, and learns how much it has missed.
 */
export class RingReader {
  readonly #memory: RingMemory;
  #segment: number;
  #offset = segmentHeaderBytes;
  /** Sums over all records that were read or missed. */
  #events = 0;
  #recv = 0;
  #send = 0;
  readonly #kinds: ReadonlySet<Kind>;
  readonly #isMarking: boolean;
  #lastCopy: RecordCopy | null = null;

  /**
   * Begins with the oldest record; what had left the ring before does not count as missed. Records of other kinds than
   * those `wanted` are skipped. `isMarking`: the recorder is complete for this reader (see Recorder.setComplete).
   */
  constructor(memory: RingMemory, wanted: readonly Kind[] = kinds, isMarking = false) {
    this.#memory = memory;
    this.#isMarking = isMarking;
    this.#kinds = new Set(wanted);
    this.#segment = 0;
    this.#skipToOldest();
  }

  /** Position of the next record. */
  get position(): number {
    return this.#segment * this.#memory.segmentBytes + this.#offset;
  }

  /** What was written since the last call, as far as about `mostBytes` of the ring. */
  read(mostBytes = Number.POSITIVE_INFINITY): Reading {
    const records: WireRecord[] = [];
    let missed = nothingMissed;
    let bytes = 0;
    let isWhole = false;
    while (bytes < mostBytes && !isWhole) {
      const copy = this.#memory.copy(this.#segment, this.#offset);
      if (copy !== null) {
        for (let at = copy.position; at < copy.end; at += copy.sizeAt(at)) {
          const kind = copy.kindAt(at);
          if (kind === 'recv') this.#recv += copy.lengthAt(at);
          else if (kind === 'send') this.#send += copy.lengthAt(at);
          else this.#events++;
          if (this.#kinds.has(kind)) records.push(copy.recordAt(at, (echoed) => this.#echoed(echoed, copy)));
        }
        bytes += copy.end - copy.position;
        this.#offset += copy.end - copy.position;
        this.#lastCopy = copy;
      } else if (!this.#memory.has(this.#segment)) {
        // What was missed stands before the records of a reading, never between them.
        if (bytes > 0) break;
        const more = this.#skipToOldest();
        if (more === null) isWhole = true;
        else missed = addMissed(missed, more);
      } else if (this.#segment < this.#memory.newest && this.#isRead()) this.#goTo(this.#segment + 1);
      else isWhole = true;
    }
    if (this.#isMarking) this.#memory.markRead(this.#segment);
    return { records, missed, isWhole };
  }

  /**
   * Goes on with the newest records, about `leftBytes` of the ring or two segments: a reader that is far behind comes to what happens now.
   * Returns what lay between.
   */
  skip(leftBytes: number): Missed {
    const left = Math.max(1, Math.floor(leftBytes / this.#memory.segmentBytes));
    const segment = this.#memory.newest - left;
    return segment <= this.#segment ? nothingMissed : (this.#skipTo(segment) ?? nothingMissed);
  }

  /** Whether something is there to be read. */
  get hasMore(): boolean {
    return this.#segment < this.#memory.newest || !this.#isRead();
  }

  /** Asks the writer to tell when there is something new. Look again behind this call: it may have come before it. */
  wait(level: 'events' | 'data'): void {
    this.#memory.wait(level);
  }

  #isRead(): boolean {
    return this.#memory.copy(this.#segment, this.#offset, 8) === null;
  }

  #goTo(segment: number): void {
    this.#segment = segment;
    this.#offset = segmentHeaderBytes;
  }

  /** Goes on with the oldest segment that is still there. Returns what lay between; null where all went meanwhile. */
  #skipToOldest(): Missed | null {
    return this.#skipTo(0);
  }

  /** The same, no earlier than with segment `first`. */
  #skipTo(first: number): Missed | null {
    for (let segment = Math.max(first, this.#memory.oldest); segment <= this.#memory.newest; segment++) {
      const sums = this.#memory.sumsBefore(segment);
      if (sums === null) continue;
      const missed = { events: sums.events - this.#events, recv: sums.recv - this.#recv, send: sums.send - this.#send };
      this.#events = sums.events;
      this.#recv = sums.recv;
      this.#send = sums.send;
      this.#goTo(segment);
      return missed;
    }
    return null;
  }

  /** The bytes of the `recv` that was echoed: in this copy, in the one before, or still in the ring. */
  #echoed(position: number, copy: RecordCopy): Uint8Array | null {
    for (const known of [copy, this.#lastCopy])
      if (known !== null && position >= known.position && position < known.end) return known.keptAt(position);
    const { segmentBytes } = this.#memory;
    const segment = Math.floor(position / segmentBytes);
    return this.#memory.copy(segment, position - segment * segmentBytes)?.keptAt(position) ?? null;
  }
}
