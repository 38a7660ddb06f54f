import { readGuarded } from '../ledger/slot-copy.ts';
import {
  chunkBlocks,
  doublesOf,
  edgeBytes,
  slotDouble,
  slotsIn,
  slotWord,
  smallBytes,
  smallOf,
  wordsOf,
} from './layout.ts';

/** The ends of one direction of a connection. */
export interface Edge {
  /** Bytes of the direction so far. */
  readonly length: number;
  /** The first of them, 2 KiB at most. */
  readonly first: Uint8Array;
  /** The last of them, 2 KiB at most, without those in `first`. */
  readonly last: Uint8Array;
}

export interface Edges {
  readonly recv: Edge;
  readonly send: Edge;
}

/** Reads what EdgesWriter keeps. */
export class EdgesReader {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #small: Buffer;
  readonly #slots: number;
  readonly #chunks: Buffer[] = [];

  constructor(slots: SharedArrayBuffer) {
    this.#words = new Int32Array(slots);
    this.#doubles = new Float64Array(slots);
    this.#small = Buffer.from(slots);
    this.#slots = slotsIn(slots);
  }

  /** Memory that the writer has added, in the order in which it did. */
  addChunk(chunk: SharedArrayBuffer): void {
    this.#chunks.push(Buffer.from(chunk));
  }

  /** Position of the last record of connection `id`; 0 where there is none, or another has the slot. */
  lastOf(slot: number, id: number): number {
    return this.#guarded(slot, id, () => this.#doubles[doublesOf(slot) + slotDouble.last] ?? 0) ?? 0;
  }

  /** The first and last bytes of connection `id`; null where another has the slot. */
  read(slot: number, id: number): Edges | null {
    return this.#guarded(slot, id, () => {
      const isEcho = this.#words[wordsOf(slot) + slotWord.isEcho] === 1;
      const [recvCount, sendCount] = [this.#count(slot, slotDouble.recv), this.#count(slot, slotDouble.send)];
      const small = smallOf(slot, this.#slots);
      const recv = this.#edge(slot, recvCount, small, slotWord.recvFirst, slotWord.recvLast);
      if (isEcho) return { recv, send: sendCount === 0 ? nothing : recv };
      return { recv, send: this.#edge(slot, sendCount, small + smallBytes, slotWord.sendFirst, slotWord.sendLast) };
    });
  }

  #guarded<T>(slot: number, id: number, read: () => T): T | null {
    const result = readGuarded(this.#words, wordsOf(slot), (words) =>
      this.#words[words + slotWord.id] === id ? { value: read() } : null,
    );
    return result?.value ?? null;
  }

  #count(slot: number, field: number): number {
    return this.#doubles[doublesOf(slot) + field] ?? 0;
  }

  #edge(slot: number, length: number, small: number, firstWord: number, lastWord: number): Edge {
    if (length <= smallBytes)
      return { length, first: Buffer.from(this.#small.subarray(small, small + length)), last: empty };
    const first = this.#block(this.#words[wordsOf(slot) + firstWord] ?? 0, 0, Math.min(length, edgeBytes));
    const count = Math.min(edgeBytes, length - edgeBytes);
    if (count <= 0) return { length, first, last: empty };
    const block = this.#words[wordsOf(slot) + lastWord] ?? 0;
    const from = (length - count) % edgeBytes;
    const middle = Math.min(edgeBytes, from + count);
    const last = Buffer.concat([this.#block(block, from, middle), this.#block(block, 0, count - (middle - from))]);
    return { length, first, last };
  }

  /** A copy of a part of a block. Nothing where it stands in memory that we have not been told of yet. */
  #block(block: number, from: number, to: number): Uint8Array {
    const start = ((block - 1) % chunkBlocks) * edgeBytes;
    const chunk = block === 0 ? undefined : this.#chunks[Math.floor((block - 1) / chunkBlocks)];
    return chunk === undefined ? empty : new Uint8Array(chunk.subarray(start + from, start + to));
  }
}

const empty = new Uint8Array(0);
const nothing: Edge = { length: 0, first: empty, last: empty };
