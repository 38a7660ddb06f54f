import {
  chunkBlocks,
  chunkBytes,
  doublesOf,
  edgeBytes,
  slotDouble,
  slotsIn,
  slotWord,
  smallBytes,
  smallOf,
  wordsOf,
} from './layout.ts';

/** The directions, as far as they differ: the words of their blocks, their count of bytes, their place in the small part. */
const recv = { first: slotWord.recvFirst, last: slotWord.recvLast, count: slotDouble.recv, small: 0 } as const;
const send = { first: slotWord.sendFirst, last: slotWord.sendLast, count: slotDouble.send, small: smallBytes } as const;
type Direction = typeof recv | typeof send;

/**
 * Whether other processors see what this one writes in the order in which it does (Intel's manual, volume 3, 8.2.2). An atomic
 * operation would wait until all of it has reached the cache, which cost an echo of 64 B a twentieth of its time (measured).
 */
const keepsStoresInOrder = process.arch === 'x64' || process.arch === 'ia32';

/**
 * The first and the last 2 KiB of each direction of every connection that has a slot, whatever others send meanwhile. A
 * connection takes memory as its bytes need it: 64 a direction stand in its slot, blocks of 2 KiB hold more, one for the
 * first bytes and one, written in a circle, for what follows them.
 *
 * What goes back as it came is stored once: while every send was of the read before it, whole, what was sent is what was
 * received (`isEcho`).
 */
export class EdgesWriter {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #small: Buffer;
  readonly #slots: number;
  readonly #onChunk: (chunk: SharedArrayBuffer) => void;
  readonly #chunks: Buffer[] = [];
  readonly #free: number[] = [];

  /** `onChunk`: readers need this memory as well. */
  constructor(slots: SharedArrayBuffer, onChunk: (chunk: SharedArrayBuffer) => void) {
    this.#words = new Int32Array(slots);
    this.#doubles = new Float64Array(slots);
    this.#small = Buffer.from(slots);
    this.#slots = slotsIn(slots);
    this.#onChunk = onChunk;
  }

  /** The slot belongs to another connection from now on. */
  open(slot: number, id: number): void {
    const words = wordsOf(slot);
    this.#guard(words);
    for (let word: number = slotWord.recvFirst; word <= slotWord.sendLast; word++) this.#release(words + word);
    this.#words[words + slotWord.id] = id;
    this.#words[words + slotWord.isEcho] = 1;
    this.#doubles.fill(0, doublesOf(slot) + slotDouble.last, doublesOf(slot) + slotDouble.send + 1);
    this.#guard(words);
  }

  idOf(slot: number): number {
    return this.#words[wordsOf(slot) + slotWord.id] ?? 0;
  }

  /** Position of the last record of a slot's connection. */
  lastOf(slot: number): number {
    return this.#doubles[doublesOf(slot) + slotDouble.last] ?? 0;
  }

  setLast(slot: number, position: number): void {
    this.#doubles[doublesOf(slot) + slotDouble.last] = position;
  }

  /** A read, after what it was answered with at once: all of it (`isEchoed`), or anything else. */
  received(slot: number, bytes: Uint8Array, isEchoed: boolean): void {
    const words = wordsOf(slot);
    this.#guard(words);
    if (this.#words[words + slotWord.isEcho] === 1) {
      if (isEchoed) this.#increase(slot, send, bytes.length);
      else this.#separate(slot);
    }
    this.#add(slot, recv, bytes, 0, bytes.length);
    this.#guard(words);
  }

  /** Bytes that were sent, but those of an echo that `received` will tell. */
  sent(slot: number, bytes: Uint8Array, from: number, to: number): void {
    const words = wordsOf(slot);
    this.#guard(words);
    if (this.#words[words + slotWord.isEcho] === 1) this.#separate(slot);
    this.#add(slot, send, bytes, from, to);
    this.#guard(words);
  }

  /** Whether all that was sent is what was received. */
  isEcho(slot: number): boolean {
    return this.#words[wordsOf(slot) + slotWord.isEcho] === 1;
  }

  /** A change of a slot begins, or ends. */
  #guard(words: number): void {
    if (keepsStoresInOrder) this.#words[words] = (this.#words[words] ?? 0) + 1;
    else Atomics.add(this.#words, words, 1);
  }

  /** What is sent stands by itself from now on: so far it was what was received so far. */
  #separate(slot: number): void {
    const words = wordsOf(slot);
    this.#words[words + slotWord.isEcho] = 0;
    const length = this.#doubles[doublesOf(slot) + slotDouble.recv] ?? 0;
    if (length === 0) return;
    const small = smallOf(slot, this.#slots);
    this.#small.copyWithin(small + send.small, small + recv.small, small + recv.small + smallBytes);
    for (const end of ['first', 'last'] as const) {
      const block = this.#words[words + recv[end]] ?? 0;
      if (block !== 0) this.#blockAt(this.#block(words + send[end])).set(this.#blockAt(block));
    }
  }

  #increase(slot: number, { count }: Direction, by: number): number {
    const at = doublesOf(slot) + count;
    const before = this.#doubles[at] ?? 0;
    this.#doubles[at] = before + by;
    return before;
  }

  #add(slot: number, direction: Direction, bytes: Uint8Array, from: number, to: number): void {
    const offset = this.#increase(slot, direction, to - from);
    const end = offset + to - from;
    if (end <= smallBytes) {
      const at = smallOf(slot, this.#slots) + direction.small + offset;
      for (let n = from; n < to; n++) this.#small[at + n - from] = bytes[n] ?? 0;
      return;
    }
    const words = wordsOf(slot);
    let next = from;
    if (offset < edgeBytes) {
      const isNew = this.#words[words + direction.first] === 0;
      const block = this.#block(words + direction.first);
      if (isNew && offset > 0) {
        const small = smallOf(slot, this.#slots) + direction.small;
        this.#copy(block, 0, this.#small, small, small + offset);
      }
      next = Math.min(to, from + edgeBytes - offset);
      this.#copy(block, offset, bytes, from, next);
    }
    if (next === to) return;
    const last = this.#block(words + direction.last);
    next = Math.max(next, to - edgeBytes);
    // The byte at offset n of the direction stands at n modulo the block's size.
    const at = (end - (to - next)) % edgeBytes;
    const middle = Math.min(to, next + edgeBytes - at);
    this.#copy(last, at, bytes, next, middle);
    if (middle < to) this.#copy(last, 0, bytes, middle, to);
  }

  #copy(block: number, at: number, bytes: Uint8Array, from: number, to: number): void {
    const chunk = this.#chunks[Math.floor((block - 1) / chunkBlocks)];
    if (chunk === undefined) return;
    const start = ((block - 1) % chunkBlocks) * edgeBytes + at;
    // `copy` makes no object for a part of a buffer, as `set` and `subarray` do.
    if (bytes instanceof Buffer) bytes.copy(chunk, start, from, to);
    else chunk.set(bytes.subarray(from, to), start);
  }

  /** The block that a word names; where it names none, a new one. */
  #block(word: number): number {
    const block = this.#words[word] ?? 0;
    if (block !== 0) return block;
    if (this.#free.length === 0) this.#addChunk();
    const taken = this.#free.pop() ?? 0;
    this.#words[word] = taken;
    return taken;
  }

  #blockAt(block: number): Uint8Array {
    const start = ((block - 1) % chunkBlocks) * edgeBytes;
    const chunk = this.#chunks[Math.floor((block - 1) / chunkBlocks)];
    return chunk?.subarray(start, start + edgeBytes) ?? new Uint8Array(edgeBytes);
  }

  #addChunk(): void {
    const memory = new SharedArrayBuffer(chunkBytes);
    const first = this.#chunks.length * chunkBlocks + 1;
    this.#chunks.push(Buffer.from(memory));
    for (let block = first + chunkBlocks - 1; block >= first; block--) this.#free.push(block);
    this.#onChunk(memory);
  }

  #release(word: number): void {
    const block = this.#words[word] ?? 0;
    if (block !== 0) this.#free.push(block);
    this.#words[word] = 0;
  }
}
