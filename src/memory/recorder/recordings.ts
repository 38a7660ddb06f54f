import { ConnectionReader } from './connection-reader.ts';
import { type Edges, EdgesReader } from './edges-reader.ts';
import type { RecorderMemory } from './layout.ts';
import { MergedRingReader, type ReaderOptions } from './merged-reader.ts';
import { RingMemory } from './ring-reader.ts';

/** What the recorders of all wire threads have written, for the readers of one thread. Rows are numbered as in the ledgers. */
export class Recordings {
  readonly #rings: readonly RingMemory[];
  readonly #edges: readonly EdgesReader[];
  readonly #slotsOfEach: number;

  /** Each recorder has `slotsOfEach` slots for the rows of its thread; those behind them are the embedded client's. */
  constructor(memories: readonly RecorderMemory[], slotsOfEach: number) {
    this.#rings = memories.map(
      ({ ring }, thread) => new RingMemory(ring, { first: thread * slotsOfEach, clients: slotsOfEach }),
    );
    this.#edges = memories.map(({ slots }) => new EdgesReader(slots));
    this.#slotsOfEach = slotsOfEach;
  }

  /** Memory that the recorder of a thread has added. */
  addChunk(thread: number, chunk: SharedArrayBuffer): void {
    this.#edges[thread]?.addChunk(chunk);
  }

  /** A reader of all connections, from the oldest record on. */
  follow(options: ReaderOptions = {}): MergedRingReader {
    return new MergedRingReader(this.#rings, options);
  }

  /** A reader of one connection, by its row in the ledgers. */
  connection({ slot, id }: Place): ConnectionReader | null {
    const thread = Math.floor(slot / this.#slotsOfEach);
    return this.#reader(thread, slot % this.#slotsOfEach, id);
  }

  /** A reader of one connection of the embedded client, by its row in the client's ledger. */
  clientConnection({ slot, id }: Place): ConnectionReader | null {
    return this.#reader(0, this.#slotsOfEach + slot, id);
  }

  /** The first and last bytes of a connection; null where another has its slot. */
  edges({ slot, id }: Place): Edges | null {
    return this.#edges[Math.floor(slot / this.#slotsOfEach)]?.read(slot % this.#slotsOfEach, id) ?? null;
  }

  #reader(thread: number, slot: number, id: number): ConnectionReader | null {
    const [ring, edges] = [this.#rings[thread], this.#edges[thread]];
    return ring === undefined || edges === undefined ? null : new ConnectionReader(ring, edges, slot, id);
  }
}

/** Where a connection stands in a ledger. */
export interface Place {
  readonly slot: number;
  readonly id: number;
}
