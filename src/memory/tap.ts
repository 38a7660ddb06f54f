import { monotonicMs } from './clock.ts';
import { type Call, calls } from './ledger/row.ts';

/**
 * The payload of the one connection in the detail view: a ring in shared memory, with one writer and one reader. The
 * writer never waits: bytes without room are skipped and counted, and a gap stands in front of the next record.
 */

/** Bytes of the ring, a power of two: as many may come between two reads. */
const ringBytes = 256 * 1024;
/** Bytes kept of one record; further ones are only counted. */
export const maxRecordBytes = 16 * 1024;

/** Words (Int32) at the start: the positions of writer and reader, in bytes, wrapping at 2^32. */
const word = { head: 0, tail: 1 } as const;
/** Doubles behind them: bytes skipped since the start, received and sent. Then the ring. */
const skipped = { recv: 1, send: 2 } as const;
const ringAt = 32;

/**
 * Doubles of a record's header: kind (an index in `calls`, or `gapKind`), time, and either bytes kept and bytes in all,
 * or bytes skipped in each direction. The bytes follow, padded to a double.
 */
const headerDoubles = 4;
const gapKind = 2;

const padded = (bytes: number): number => headerDoubles * 8 + Math.ceil(bytes / 8) * 8;

/** Bytes skipped in each direction. */
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
      /** The first `maxRecordBytes` of them. */
      readonly bytes: Uint8Array;
      /** How many there were. */
      readonly length: number;
    }
  | ({ readonly type: 'gap'; readonly at: number } & Gap);

/** An empty ring. Pages that were never used cost no memory. */
export const createTap = (): SharedArrayBuffer => new SharedArrayBuffer(ringAt + ringBytes);

/** The worker's side. */
export class TapWriter {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #ring: Uint8Array;
  readonly #now: () => number;
  /** Skipped since the last record. */
  #recv = 0;
  #send = 0;

  constructor(tap: SharedArrayBuffer, now: () => number = monotonicMs) {
    this.#words = new Int32Array(tap, 0, 2);
    this.#doubles = new Float64Array(tap);
    this.#ring = new Uint8Array(tap, ringAt);
    this.#now = now;
  }

  /** Copies the start of what one call moved, or skips it where there is no room. */
  record(call: Call, bytes: Uint8Array): void {
    const kept = Math.min(bytes.length, maxRecordBytes);
    const hasGap = this.#recv + this.#send > 0;
    if (padded(kept) + (hasGap ? padded(0) : 0) > this.#free()) {
      this.skip(call, bytes.length);
      return;
    }
    const at = this.#now();
    let head = this.#words[word.head] ?? 0;
    if (hasGap) {
      head = this.#writeHeader(head, gapKind, at, this.#recv, this.#send);
      this.#recv = 0;
      this.#send = 0;
    }
    const from = this.#writeHeader(head, calls.indexOf(call), at, kept, bytes.length) & (ringBytes - 1);
    const first = Math.min(kept, ringBytes - from);
    this.#ring.set(bytes.subarray(0, first), from);
    if (first < kept) this.#ring.set(bytes.subarray(first, kept), 0);
    // Only now may the reader see it.
    Atomics.store(this.#words, word.head, (head + padded(kept)) | 0);
  }

  /** Counts bytes that are not copied. */
  skip(call: Call, bytes: number): void {
    if (call === 'recv') this.#recv += bytes;
    else this.#send += bytes;
    this.#doubles[skipped[call]] = (this.#doubles[skipped[call]] ?? 0) + bytes;
  }

  #free(): number {
    const used = ((this.#words[word.head] ?? 0) - Atomics.load(this.#words, word.tail)) | 0;
    return ringBytes - used;
  }

  /** Writes a header at `head`, and returns where its bytes go. */
  #writeHeader(head: number, ...fields: readonly [number, number, number, number]): number {
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
  #reported: Gap = { recv: 0, send: 0 };

  constructor(tap: SharedArrayBuffer) {
    this.#words = new Int32Array(tap, 0, 2);
    this.#doubles = new Float64Array(tap);
    this.#ring = new Uint8Array(tap, ringAt);
  }

  /** The records since the last call, oldest first: a copy, which makes room for more. */
  take(): readonly TapRecord[] {
    const head = Atomics.load(this.#words, word.head);
    const records: TapRecord[] = [];
    let tail = this.#words[word.tail] ?? 0;
    while (tail !== head) {
      const [kind, at, a, b] = [this.#field(tail, 0), this.#field(tail, 1), this.#field(tail, 2), this.#field(tail, 3)];
      const call = calls[kind];
      if (call === undefined) {
        records.push({ type: 'gap', at, recv: a, send: b });
        this.#reported = { recv: this.#reported.recv + a, send: this.#reported.send + b };
        tail = (tail + padded(0)) | 0;
      } else {
        records.push({ type: 'data', call, at, bytes: this.#copy(tail + headerDoubles * 8, a), length: b });
        tail = (tail + padded(a)) | 0;
      }
    }
    Atomics.store(this.#words, word.tail, tail);
    return records;
  }

  /** Bytes skipped that no gap taken so far has reported. */
  unreported(): Gap {
    return {
      recv: Math.max(0, (this.#doubles[skipped.recv] ?? 0) - this.#reported.recv),
      send: Math.max(0, (this.#doubles[skipped.send] ?? 0) - this.#reported.send),
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
