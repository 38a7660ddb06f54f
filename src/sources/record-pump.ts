import type { MergedRingReader } from '../memory/recorder/merged-reader.ts';
import type { Missed, WireRecord } from '../memory/recorder/record.ts';
import type { Reading } from '../memory/recorder/ring-reader.ts';

/** Bytes of records that are read at once, of each thread: as many events as they make wait in memory for the output. */
const pieceBytes = 1 << 20;
/** How long the youngest records wait for older ones of other threads, ms. */
const settleMs = 5;

/** Takes a piece of what was read; resolves once there is room for the next. */
export type Take = (records: readonly WireRecord[], missed: Missed) => Promise<void>;

/** Hands records on as fast as they are taken. Where there are none it waits to be woken, and costs nothing. */
export class RecordPump {
  readonly #reader: MergedRingReader;
  readonly #level: 'events' | 'data';
  readonly #take: Take;
  #isRunning = false;
  #isOver = false;

  /** `level`: the records that wake it. */
  constructor(reader: MergedRingReader, level: 'events' | 'data', take: Take) {
    this.#reader = reader;
    this.#level = level;
    this.#take = take;
  }

  /** Reads on: there is something new, or it begins. Rejects with what taking a piece threw. */
  async run(): Promise<void> {
    if (this.#isRunning || this.#isOver) return;
    this.#isRunning = true;
    while (!this.#isOver) {
      const { records, missed } = this.#reader.read(pieceBytes);
      if (records.length > 0 || missed.events + missed.recv > 0) await this.#take(records, missed);
      else if (this.#reader.hasMore) await new Promise((resolve) => setTimeout(resolve, settleMs));
      else {
        // In this order: what is written in between is found by the look behind it.
        this.#reader.wait(this.#level);
        if (!this.#reader.hasMore) break;
      }
    }
    this.#isRunning = false;
  }

  /** The threads have ended: the rest, in pieces that are read as they are asked for. From this call on `run` reads no more. */
  rest(): Iterable<Reading> {
    this.#isOver = true;
    return this.#rest();
  }

  *#rest(): Generator<Reading> {
    for (;;) {
      const reading = this.#reader.read(pieceBytes, true);
      yield reading;
      if (reading.isWhole) return;
    }
  }
}
