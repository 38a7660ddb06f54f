/**
 * The memory of a recorder, one for each wire thread: a ring of records, and the first and last bytes of each connection
 * beside it (edges). All offsets are here. One thread writes, others read.
 *
 * The ring consists of segments; no record lies in two. A segment begins with the sums of all before it, so a reader that
 * was overtaken learns from two of them what it missed. The number of the newest segment is changed before the memory of
 * the oldest is used again: a reader that finds the number near enough behind its copy has copied what it wanted.
 */

/** Bytes of the ring's header, and of each segment's. */
export const ringHeaderBytes = 64;
export const segmentHeaderBytes = 64;

/**
 * Words (Int32) of the ring: the newest segment's number (its last 32 bits), what a waiting reader waits for, and the bytes
 * of a segment, and the segment that a reader of every byte has come to. `newest` is a double: the same number in full, exact once the word is known.
 */
export const ringWord = { head: 0, wanted: 1, segmentBytes: 2, read: 3 } as const;
export const ringDouble = { newest: 2 } as const;

/** What a waiting reader waits for. */
export const wanted = { nothing: 0, events: 1, data: 2 } as const;

/** Words of a segment: the last 32 bits of its number, and how many of its bytes are written. */
export const segmentWord = { number: 0, used: 1 } as const;
/** Doubles of a segment: the sums over all records before it (`Missed`). */
export const segmentDouble = { events: 1, recv: 2, send: 3 } as const;

/** Words of every record. `what` is the kind, the owner in the bit above, and the flags of data. */
export const recordWord = { what: 0, size: 1, id: 2 } as const;
/** Doubles of every record. */
export const recordDouble = { at: 2, previous: 3 } as const;
export const kindBits = 0xff;
export const ownerBit = 0x100;
/** A folded record: it has `foldDouble` as well. */
export const foldBit = 0x200;
/** The transport stands from this bit on. */
export const transportShift = 16;
/** A `send` whose bytes are those of a `recv`: `dataWord.back` bytes before it. */
export const echoBit = 0x400;
/** An event that one end did: set for ours. */
export const localBit = 0x800;

/** Words of a `recv` or `send`: bytes kept, calls, and (echo) how far back the bytes are. */
export const dataWord = { kept: 3, count: 8, back: 9 } as const;
/** Doubles of it: bytes of its direction before these, these, and the calls of its direction before this one. */
export const dataDouble = { offset: 5, length: 6, calls: 7 } as const;
export const dataBytes = 64;
export const foldDouble = { from: 8, until: 9 } as const;
export const foldBytes = 80;

/** Words of an event: its slot (-1: none), and what else the kind needs; ports; lengths of the hosts behind them. */
export const eventWord = {
  slot: 3,
  detail: 8,
  errno: 9,
  peerPort: 10,
  localPort: 11,
  peerLength: 12,
  localLength: 13,
} as const;
export const eventBytes = 56;
/** In the detail of a `close`: how it ended, and from this bit on what is known of our end. */
export const ourEndShift = 8;
/** Doubles of a `close`, before its host. */
export const closeDouble = { ms: 7, bytesIn: 8, bytesOut: 9, reads: 10, writes: 11 } as const;
export const closeBytes = 96;

/** Longest host kept, bytes; as in the ledger. */
export const hostBytes = 64;

/** Bytes of one call that a record can hold: as many as a read can bring. */
export const maxKept = 64 * 1024;

const largestSegment = 256 * 1024;
const smallestSegment = 16 * 1024;

/** Bytes of a segment in a ring of `bytes`: at least eight of them, where that leaves them large enough. */
const segmentBytesOf = (bytes: number): number => {
  const wish = 2 ** Math.floor(Math.log2(Math.max(1, bytes / 8)));
  return Math.min(largestSegment, Math.max(smallestSegment, wish));
};

/** An empty ring of about `bytes` bytes, at least two segments. Pages that were never used cost no memory. */
export const createRing = (bytes: number): SharedArrayBuffer => {
  const segmentBytes = segmentBytesOf(bytes);
  const segments = Math.max(2, Math.floor(bytes / segmentBytes));
  const ring = new SharedArrayBuffer(ringHeaderBytes + segments * segmentBytes);
  new Int32Array(ring)[ringWord.segmentBytes] = segmentBytes;
  return ring;
};

/** Bytes kept of each end of a direction of a connection. */
export const edgeBytes = 2048;
/** Of these, bytes that need no block of their own. */
export const smallBytes = 64;

/** Words of a slot: its guard (a seqlock), the connection, the blocks of its edges (1 + index, 0: none). */
export const slotWord = { guard: 0, id: 1, recvFirst: 2, recvLast: 3, sendFirst: 4, sendLast: 5, isEcho: 6 } as const;
/** Doubles of a slot: position of its last record, and bytes of each direction in its edges. */
export const slotDouble = { last: 4, recv: 5, send: 6 } as const;
const slotBytes = 64;

/** Index of a slot's first word, and of its first double. */
export const wordsOf = (slot: number): number => (slot * slotBytes) / 4;
export const doublesOf = (slot: number): number => (slot * slotBytes) / 8;

/** Where the first bytes of a slot stand while they are few: received ones, and behind them those sent. */
export const smallOf = (slot: number, slots: number): number => slots * slotBytes + slot * 2 * smallBytes;

export const createSlots = (slots: number): SharedArrayBuffer =>
  new SharedArrayBuffer(slots * (slotBytes + 2 * smallBytes));

/** How many slots such memory has. */
export const slotsIn = (memory: SharedArrayBuffer): number => memory.byteLength / (slotBytes + 2 * smallBytes);

/** Blocks of `edgeBytes` that are added at once when more are needed. */
export const chunkBlocks = 256;
export const chunkBytes = chunkBlocks * edgeBytes;

/** Memory of one recorder that both threads have from the start. Chunks of blocks follow as they are needed. */
export interface RecorderMemory {
  readonly ring: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
}
