import { lifeDoubles, lifeEntries, lifeOf, lifeSingles, lifeWord, wordsOf } from './layout.ts';
import { type Call, calls, type LifeEntry } from './row.ts';

/**
 * The log of a slot's calls, in the ledger: who holds the slot's guard may use it. The first calls are kept one by one.
 * Then runs fold: all further ones of a direction share an entry until a FIN of either end begins new ones, so the
 * log can not overflow. Parts of one send that the kernel took little by little are one entry, with a count of 0 until
 * the whole buffer is taken.
 */
export class LifeLog {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #capacity: number;

  constructor(words: Int32Array, doubles: Float64Array, capacity: number) {
    this.#words = words;
    this.#doubles = doubles;
    this.#capacity = capacity;
  }

  /** Empties the log. Touches nothing of its entries: a connection without a byte costs no memory here. */
  clear(slot: number): void {
    this.#words[wordsOf(slot) + lifeWord.entries] = 0;
    this.split(slot);
  }

  /** A FIN: what follows is not folded into what came before. */
  split(slot: number): void {
    const words = wordsOf(slot);
    this.#words[words + lifeWord.recv] = 0;
    this.#words[words + lifeWord.send] = 0;
  }

  /** Enters `count` calls that moved `bytes` bytes, at monotonic ms `at`. */
  enter(slot: number, call: Call, at: number, count: number, bytes: number): void {
    const words = wordsOf(slot);
    const last = words + (call === 'recv' ? lifeWord.recv : lifeWord.send);
    const open = this.#words[last] ?? 0;
    if (open > 0) {
      const entry = this.#entry(slot, open - 1);
      if (open > lifeSingles || this.#doubles[entry + lifeDoubles.count] === 0) {
        this.#doubles[entry + lifeDoubles.to] = at;
        this.#doubles[entry + lifeDoubles.count] = (this.#doubles[entry + lifeDoubles.count] ?? 0) + count;
        this.#doubles[entry + lifeDoubles.bytes] = (this.#doubles[entry + lifeDoubles.bytes] ?? 0) + bytes;
        return;
      }
    }
    const index = this.#words[words + lifeWord.entries] ?? 0;
    if (index === lifeEntries) return;
    const entry = this.#entry(slot, index);
    this.#words[words + lifeWord.entries] = index + 1;
    this.#words[last] = index + 1;
    this.#doubles[entry + lifeDoubles.call] = calls.indexOf(call);
    this.#doubles[entry + lifeDoubles.from] = at;
    this.#doubles[entry + lifeDoubles.to] = at;
    this.#doubles[entry + lifeDoubles.count] = count;
    this.#doubles[entry + lifeDoubles.bytes] = bytes;
  }

  /** A copy of the log, oldest entry first. */
  read(slot: number): readonly LifeEntry[] {
    const count = Math.min(this.#words[wordsOf(slot) + lifeWord.entries] ?? 0, lifeEntries);
    return Array.from({ length: count }, (_, index) => {
      const entry = this.#entry(slot, index);
      const field = (at: number): number => this.#doubles[entry + at] ?? 0;
      return {
        call: calls[field(lifeDoubles.call)] ?? 'recv',
        from: field(lifeDoubles.from),
        to: field(lifeDoubles.to),
        count: field(lifeDoubles.count),
        bytes: field(lifeDoubles.bytes),
      };
    });
  }

  #entry(slot: number, index: number): number {
    return lifeOf(slot, index, this.#capacity);
  }
}
