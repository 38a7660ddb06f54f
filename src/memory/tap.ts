import { monotonicMs } from './clock.ts';
import { type Call, calls } from './ledger/row.ts';

/**
 * The payload of the one connection being looked at: a ring in shared memory, with one writer and one reader. The
 * writer never waits: what finds no room is counted and left out, and a mark of that comes before the next record.
 */

/** Bytes of the ring, a power of two: what may be on its way between two looks of the reader. */
const ringBytes = 256 * 1024;
/** Bytes kept of one record; more is only counted. */
export const recordBytes = 16 * 1024;

/** Words (Int32) at the start: where the writer and the reader stand, as counts of bytes that wrap around. */
const word = { head: 0, tail: 1 } as const;
/** Doubles: bytes left out since the start, received and sent. Then the ring. */
const left = { recv: 1, send: 2 } as const;
const ringAt = 32;

/**
 * Doubles of a record's header: kind (an index in `calls`, or `gapKind`), time, and two more: bytes kept and bytes there
 * were, or bytes left out of each direction. The bytes follow, padded to a double.
 */
const headerDoubles = 4;
const gapKind = 2;

const padded = (bytes: number): number => headerDoubles * 8 + Math.ceil(bytes / 8) * 8;

/** Bytes of a direction that were left out. */
export interface Gap {
  readonly recv: number;
  readonly send: number;
}

/** Bytes of one recv or send, or a gap. `at` is monotonic ms. */
export type TapRecord =
  | {
      readonly type: 'data';
      readonly call: Call;
      readonly at: number;
      /** The first of them. */
      readonly bytes: Uint8Array;
      /** How many there were. */
      readonly length: number;
    }
  | ({ readonly type: 'gap'; readonly at: number } & Gap);

/** A ring with nothing in it. Pages that are not used yet cost no memory. */
export const createTap = (): SharedArrayBuffer => new SharedArrayBuffer(ringAt + ringBytes);

/** The worker's side. */
export class TapWriter {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #ring: Uint8Array;
  readonly #now: () => number;
  /** Left out since the last record. */
  #recv = 0;
  #send = 0;

  constructor(tap: SharedArrayBuffer, now: () => number = monotonicMs) {
    this.#words = new Int32Array(tap, 0, 2);
    this.#doubles = new Float64Array(tap);
    this.#ring = new Uint8Array(tap, ringAt);
    this.#now = now;
  }

  /** Copies the start of what one call moved, or counts it where there is no room. */
  record(call: Call, bytes: Uint8Array): void {
    const kept = Math.min(bytes.length, recordBytes);
    const hasGap = this.#recv + this.#send > 0;
    if (padded(kept) + (hasGap ? padded(0) : 0) > this.#free()) {
      this.skip(call, bytes.length);
      return;
    }
    const at = this.#now();
    let head = this.#words[word.head] ?? 0;
    if (hasGap) {
      head = this.#head(head, gapKind, at, this.#recv, this.#send);
      this.#recv = 0;
      this.#send = 0;
    }
    const from = this.#head(head, calls.indexOf(call), at, kept, bytes.length) & (ringBytes - 1);
    const first = Math.min(kept, ringBytes - from);
    this.#ring.set(bytes.subarray(0, first), from);
    if (first < kept) this.#ring.set(bytes.subarray(first, kept), 0);
    // Only now may the reader see it.
    Atomics.store(this.#words, word.head, (head + padded(kept)) | 0);
  }

  /** Counts bytes that are left out. */
  skip(call: Call, bytes: number): void {
    if (call === 'recv') this.#recv += bytes;
    else this.#send += bytes;
    this.#doubles[left[call]] = (this.#doubles[left[call]] ?? 0) + bytes;
  }

  #free(): number {
    const used = ((this.#words[word.head] ?? 0) - Atomics.load(this.#words, word.tail)) | 0;
    return ringBytes - used;
  }

  /** Writes a header at `head`, and returns where its bytes go. */
  #head(head: number, ...fields: readonly [number, number, number, number]): number {
    for (const [index, field] of fields.entries())
      this.#doubles[(ringAt + ((head + index * 8) & (ringBytes - 1))) / 8] = field;
    return (head + headerDoubles * 8) | 0;
  }
}

/** The main thread's side. */
export class TapReader {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #ring: Uint8Array;
  #told: Gap = { recv: 0, send: 0 };

  constructor(tap: SharedArrayBuffer) {
    this.#words = new Int32Array(tap, 0, 2);
    this.#doubles = new Float64Array(tap);
    this.#ring = new Uint8Array(tap, ringAt);
  }

  /** What has come since the last time, oldest first: a copy, which makes room for more. */
  take(): readonly TapRecord[] {
    const head = Atomics.load(this.#words, word.head);
    const records: TapRecord[] = [];
    let tail = this.#words[word.tail] ?? 0;
    while (tail !== head) {
      const [kind, at, a, b] = [this.#field(tail, 0), this.#field(tail, 1), this.#field(tail, 2), this.#field(tail, 3)];
      const call = calls[kind];
      if (call === undefined) {
        records.push({ type: 'gap', at, recv: a, send: b });
        this.#told = { recv: this.#told.recv + a, send: this.#told.send + b };
        tail = (tail + padded(0)) | 0;
      } else {
        records.push({ type: 'data', call, at, bytes: this.#copy(tail + headerDoubles * 8, a), length: b });
        tail = (tail + padded(a)) | 0;
      }
    }
    Atomics.store(this.#words, word.tail, tail);
    return records;
  }

  /** What was left out behind the last record taken, or will be told before one still in the ring. */
  untold(): Gap {
    return {
      recv: Math.max(0, (this.#doubles[left.recv] ?? 0) - this.#told.recv),
      send: Math.max(0, (this.#doubles[left.send] ?? 0) - this.#told.send),
    };
  }

  #field(tail: number, index: number): number {
    return this.#doubles[(ringAt + ((tail + index * 8) & (ringBytes - 1))) / 8] ?? 0;
  }

  #copy(at: number, length: number): Uint8Array {
    const from = at & (ringBytes - 1);
    const bytes = new Uint8Array(length);
    bytes.set(this.#ring.subarray(from, Math.min(from + length, ringBytes)));
    const rest = from + length - ringBytes;
    if (rest > 0) bytes.set(this.#ring.subarray(0, rest), length - rest);
    return bytes;
  }
}
