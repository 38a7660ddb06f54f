/**
 * The layout of the ledger: one SharedArrayBuffer with a header of totals, then slots of equal size, each with 32-bit
 * words, doubles (exact up to 2^53) and the text of two addresses. All of its offsets are here.
 *
 * One thread writes, others read. Each part is guarded by a sequence number that is odd while the part is being written
 * (a seqlock): a reader that finds it odd, or changed, reads again. The header's number changes with every change
 * anywhere, so that a reader learns from one word that nothing is new.
 */

/** Words (Int32) of the header. */
export const header = { guard: 0, capacity: 1, highWater: 2, discipline: 3 } as const;

/** Doubles of the header, counted from `headerDoubles`. */
export const totals = { open: 0, served: 1, refused: 2, bytesIn: 3, bytesOut: 4 } as const;

/** Words (Int32) that all threads of a wire share (see shared-counters.ts). Each has its own ledger. */
export const sharedWord = {
  threads: 0,
  limit: 1,
  open: 2,
  nextId: 3,
  listening: 4,
  drained: 5,
  heldKiB: 6,
  holders: 7,
} as const;

/** Words (Int32) of a slot. `ending` is 0 while open, else 1 + index in `endings`. `id` 0: never used. */
export const word = {
  guard: 0,
  id: 1,
  transport: 2,
  state: 3,
  discipline: 4,
  ending: 5,
  errno: 6,
  stalled: 7,
  peerPort: 8,
  peerLength: 9,
  localPort: 10,
  localLength: 11,
  paused: 12,
  ourEnd: 13,
} as const;

/** Doubles of a slot. The moments, from `accept` on, are 0 until they come. */
export const double = {
  bytesIn: 0,
  bytesOut: 1,
  reads: 2,
  writes: 3,
  activeAt: 4,
  accept: 5,
  recv: 6,
  send: 7,
  finReceived: 8,
  finSent: 9,
  close: 10,
  held: 11,
} as const;

/** Longest host kept, bytes: the longest IPv6 text (45), `%` and the longest interface name (15), rounded up. */
export const hostBytes = 64;

/** Connections of the embedded client that its own ledger keeps. */
export const clientLinks = 8;

const headerBytes = 128;
export const headerDoubles = 8;

/** An even number: the doubles behind them are aligned. */
const slotWords = 14;
const slotDoubles = 12;
const slotBytes = slotWords * 4 + slotDoubles * 8 + 2 * hostBytes;

/** Words of a whole slot, its doubles and hosts included. */
export const slotSize = slotBytes / 4;

/** Index of a slot's first word in the Int32Array of the whole ledger. */
export const wordsOf = (slot: number): number => (headerBytes + slot * slotBytes) / 4;

/** Bytes of the header and so many slots. */
export const slotsEnd = (slots: number): number => headerBytes + slots * slotBytes;

/** Index of a slot's first double in the Float64Array of the whole ledger. */
export const doublesOf = (slot: number): number => (headerBytes + slot * slotBytes + slotWords * 4) / 8;

/** Index of a slot's peer host in the Uint8Array of the whole ledger; the local host follows after `hostBytes`. */
export const hostsOf = (slot: number): number => headerBytes + slot * slotBytes + slotWords * 4 + slotDoubles * 8;

/** A ledger of `capacity` unused slots. Untouched pages cost no memory. */
export const createLedger = (capacity: number): SharedArrayBuffer => {
  const buffer = new SharedArrayBuffer(slotsEnd(capacity));
  new Int32Array(buffer)[header.capacity] = capacity;
  return buffer;
};
