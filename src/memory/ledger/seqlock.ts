/** How often a part that is being written is read again before the reader gives up. */
const attempts = 100;

/**
 * Reads a part of the ledger guarded by the sequence number at `guard` (see layout.ts): runs `read` until the number is
 * even and the same before and after it. Null where that never happens, as with a writer that died in the middle.
 */
export const readGuarded = <T>(words: Int32Array, guard: number, read: (guard: number) => T): T | null => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = Atomics.load(words, guard);
    if (before % 2 !== 0) continue;
    const value = read(guard);
    // A read-modify-write: a plain atomic load would let the reads before it be moved behind it (on ARM).
    if (Atomics.add(words, guard, 0) === before) return value;
  }
  return null;
};
