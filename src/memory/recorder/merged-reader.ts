import { monotonicMs } from '../clock.ts';
import { addMissed, type Kind, nothingMissed, type WireRecord } from './record.ts';
import { type Reading, type RingMemory, RingReader } from './ring-reader.ts';

/** A thread may stand still between the time that it takes and the record that it writes; longer than this is rare, ms. */
const settledMs = 5;

export interface ReaderOptions {
  /** The kinds of records that it wants; all by default. */
  readonly wanted?: readonly Kind[];
  /** Whether the recorders are complete for this reader (see Recorder.setComplete). */
  readonly isMarking?: boolean;
  readonly now?: () => number;
}

/**
 * Reads the rings of several threads in the order of time. Those of one ring are always in order; those of two are, unless
 * a thread stood still for longer than `settledMs` while it wrote a record.
 */
export class MergedRingReader {
  readonly #readers: readonly RingReader[];
  readonly #now: () => number;
  /** Records of each ring that are too young to be given out, oldest first. */
  #young: readonly (readonly WireRecord[])[];

  constructor(rings: readonly RingMemory[], { wanted, isMarking, now = monotonicMs }: ReaderOptions = {}) {
    this.#readers = rings.map((ring) => new RingReader(ring, wanted, isMarking));
    this.#now = now;
    this.#young = rings.map(() => []);
  }

  /** The next records, about `mostBytes` of each ring at most. With `all` none is held back: the threads have ended. */
  read(mostBytes = Number.POSITIVE_INFINITY, all = false): Reading {
    const until = all || this.#readers.length === 1 ? Number.POSITIVE_INFINITY : this.#now() - settledMs;
    const readings = this.#readers.map((reader) => reader.read(mostBytes));
    const queues = readings.map(({ records }, index) => [...(this.#young[index] ?? []), ...records]);
    // A ring that was read in part may still have records as old as its last one: the others wait for them.
    const limit = queues.reduce(
      (limit, queue, index) => (readings[index]?.isWhole ? limit : Math.min(limit, queue.at(-1)?.at ?? 0)),
      until,
    );
    const due = queues.map((queue) => {
      const later = queue.findIndex(({ at }) => at > limit);
      return later === -1 ? queue.length : later;
    });
    this.#young = queues.map((queue, index) => queue.slice(due[index]));
    const parts = queues.map((queue, index) => queue.slice(0, due[index]));
    const [first = []] = parts;
    return {
      records: parts.length === 1 ? first : parts.flat().sort((a, b) => a.at - b.at),
      isWhole: readings.every(({ isWhole }) => isWhole) && this.#young.every((records) => records.length === 0),
      missed: readings.reduce((sum, { missed }) => addMissed(sum, missed), nothingMissed),
    };
  }

  /**
   * As RingReader.skip, of each ring. The records that come first are those that lay before what was skipped.
   */
  skip(leftBytes: number): Pick<Reading, 'records' | 'missed'> {
    const missed = this.#readers.reduce((sum, reader) => addMissed(sum, reader.skip(leftBytes)), nothingMissed);
    if (missed.events + missed.recv + missed.send === 0) return { records: [], missed };
    const records = this.#young.flat().sort((a, b) => a.at - b.at);
    this.#young = this.#readers.map(() => []);
    return { records, missed };
  }

  /** How many rings it reads. */
  get rings(): number {
    return this.#readers.length;
  }

  /** Whether there is more to be read, now or in a moment. */
  get hasMore(): boolean {
    return this.#young.some((records) => records.length > 0) || this.#readers.some((reader) => reader.hasMore);
  }

  /** As RingReader.wait. */
  wait(level: 'events' | 'data'): void {
    for (const reader of this.#readers) reader.wait(level);
  }
}
