import { callLogDouble, callLogEntries, callLogOf, callLogSingles, callLogWord, wordsOf } from './layout.ts';
import { type Call, type CallRun, calls } from './row.ts';

/**
 * The log of a slot's calls, under the slot's guard. The first calls are kept one by one. All further ones of a
 * direction share an entry until a FIN of either end begins a new one, so the log cannot overflow. A send that the
 * kernel takes in parts is one entry, with a count of 0 until the whole buffer is taken.
 */
export class CallLog {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #capacity: number;

  constructor(words: Int32Array, doubles: Float64Array, capacity: number) {
    this.#words = words;
    this.#doubles = doubles;
    this.#capacity = capacity;
  }

  /** Empties the log. Does not touch its entries: a connection without a byte costs no memory here. */
  clear(slot: number): void {
    this.#words[wordsOf(slot) + callLogWord.entries] = 0;
    this.split(slot);
  }

  /** A FIN: further calls begin new entries. */
  split(slot: number): void {
    const words = wordsOf(slot);
    this.#words[words + callLogWord.recv] = 0;
    this.#words[words + callLogWord.send] = 0;
  }

  /** Adds `count` calls that moved `bytes` bytes, at monotonic ms `at`. */
  add(slot: number, call: Call, at: number, count: number, bytes: number): void {
    const words = wordsOf(slot);
    const last = words + (call === 'recv' ? callLogWord.recv : callLogWord.send);
    const open = this.#words[last] ?? 0;
    if (open > 0) {
      const entry = this.#entry(slot, open - 1);
      if (open > callLogSingles || this.#doubles[entry + callLogDouble.count] === 0) {
        this.#doubles[entry + callLogDouble.to] = at;
        this.#doubles[entry + callLogDouble.count] = (this.#doubles[entry + callLogDouble.count] ?? 0) + count;
        this.#doubles[entry + callLogDouble.bytes] = (this.#doubles[entry + callLogDouble.bytes] ?? 0) + bytes;
        return;
      }
    }
    const index = this.#words[words + callLogWord.entries] ?? 0;
    if (index === callLogEntries) return;
    const entry = this.#entry(slot, index);
    this.#words[words + callLogWord.entries] = index + 1;
    this.#words[last] = index + 1;
    this.#doubles[entry + callLogDouble.call] = calls.indexOf(call);
    this.#doubles[entry + callLogDouble.from] = at;
    this.#doubles[entry + callLogDouble.to] = at;
    this.#doubles[entry + callLogDouble.count] = count;
    this.#doubles[entry + callLogDouble.bytes] = bytes;
  }

  /** A copy of the log, oldest entry first. */
  read(slot: number): readonly CallRun[] {
    const count = Math.min(this.#words[wordsOf(slot) + callLogWord.entries] ?? 0, callLogEntries);
    return Array.from({ length: count }, (_, index) => {
      const entry = this.#entry(slot, index);
      const field = (at: number): number => this.#doubles[entry + at] ?? 0;
      return {
        call: calls[field(callLogDouble.call)] ?? 'recv',
        from: field(callLogDouble.from),
        to: field(callLogDouble.to),
        count: field(callLogDouble.count),
        bytes: field(callLogDouble.bytes),
      };
    });
  }

  #entry(slot: number, index: number): number {
    return callLogOf(slot, index, this.#capacity);
  }
}
