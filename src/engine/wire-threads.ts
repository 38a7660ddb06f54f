import { readFileSync } from 'node:fs';
import { clientLinks, createLedger } from '../memory/ledger/layout.ts';
import { LedgerReader, MergedReader } from '../memory/ledger/reader.ts';
import { createSharedCounters, SharedCounters } from '../memory/ledger/shared-counters.ts';
import { createRing, createSlots, type RecorderMemory } from '../memory/recorder/layout.ts';
import { Recordings } from '../memory/recorder/recordings.ts';
import type { Endpoint } from '../text/endpoint.ts';
import type { Listening, ServerOptions, WireCommand } from './protocol.ts';
import { type UnsolicitedEvent, WireThread } from './wire-thread.ts';

export interface WireThreadsOptions extends ServerOptions {
  /** Number of the first connection, 1 by default. */
  readonly firstId?: number;
  /** As in WireOptions; for tests and measurements that compare. */
  readonly rawStreams?: boolean;
}

export interface WireThreadsEvents {
  /** An event, and the number of its thread. */
  readonly received: (event: UnsolicitedEvent, thread: number) => void;
  /** A thread ended by itself; the others have ended, or are stopping. */
  readonly failed: (error: Error) => void;
}

/** Slots kept for connections that have closed, so that they can still be shown. */
const recent = 1000;
/** Bytes of a ring that keeps events alone, all threads together. */
const eventBytes = 8 << 20;

/** The limit of open files, proc_pid_limits(5); null where there is no such file. */
const readMaxDescriptors = (): number | null => {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
};

/** The wire threads of one engine. They listen on the same endpoints, each with its own ledger, and end together. */
export class WireThreads {
  /** The ledgers of all threads. */
  readonly ledgers: MergedReader;
  /** The ledger of the embedded client, which runs in the first thread. */
  readonly clientLedger: LedgerReader;
  /** What the recorders of all threads have written. */
  readonly records: Recordings;
  readonly #events: WireThreadsEvents;
  readonly #sharedCounters: SharedCounters;
  /** It opens each port before the others join. */
  readonly #first: WireThread;
  readonly #others: readonly WireThread[];
  #isStopping = false;
  /** Why a thread ended by itself. */
  #failure: Error | null = null;

  constructor(options: WireThreadsOptions, events: WireThreadsEvents) {
    this.#events = events;
    const { threads, maxConnections, firstId } = options;
    const sharedCounters = createSharedCounters({ threads, limit: maxConnections, firstId });
    this.#sharedCounters = new SharedCounters(sharedCounters);
    if (threads === 1) this.#sharedCounters.markListening();
    // The system may give all connections to one thread. Slots that are never used cost no memory.
    const recentOfEach = Math.ceil(recent / threads);
    const slotsOfEach = maxConnections + recentOfEach;
    const clientLedger = createLedger(clientLinks + 1);
    const maxDescriptors = readMaxDescriptors();
    const readers: LedgerReader[] = [];
    const recorders: RecorderMemory[] = [];
    const start = (thread: number): WireThread => {
      const ledger = createLedger(slotsOfEach);
      const recorder = {
        ring: createRing(Math.max(options.recordBytes, eventBytes) / threads),
        slots: createSlots(slotsOfEach + clientLinks + 1),
      };
      recorders.push(recorder);
      readers.push(new LedgerReader(ledger, thread * slotsOfEach));
      return new WireThread(
        {
          rawStreams: true,
          ...options,
          thread,
          ledger,
          recorder,
          firstClientSlot: slotsOfEach,
          sharedCounters,
          clientLedger: thread === 0 ? clientLedger : null,
          maxDescriptors,
          recent: recentOfEach,
        },
        { received: (event) => events.received(event, thread), failed: (error) => void this.#fail(error) },
      );
    };
    this.#first = start(0);
    this.#others = Array.from({ length: threads - 1 }, (_, index) => start(1 + index));
    this.ledgers = new MergedReader(readers);
    this.clientLedger = new LedgerReader(clientLedger);
    this.records = new Recordings(recorders, slotsOfEach);
  }

  /** Opens listeners, all or none, in every thread. Resolves and rejects as `WireThread.listen` does. */
  async listen(endpoints: readonly Endpoint[]): Promise<Listening> {
    const opened = await this.#first.listen(endpoints, { type: this.#others.length === 0 ? 'alone' : 'first' });
    const sharing = { type: 'join', addresses: opened.addresses } as const;
    const joined = await Promise.allSettled(this.#others.map((thread) => thread.listen(opened.endpoints, sharing)));
    const failed = joined.find((attempt) => attempt.status === 'rejected');
    if (failed === undefined) {
      this.#sharedCounters.markListening();
      return opened;
    }
    this.postAll({ type: 'unlisten' });
    // Where one thread fails the others are ended, and reject for that reason alone.
    throw this.#failure ?? failed.reason;
  }

  /** To the thread of the embedded client. */
  postToFirst(command: WireCommand): void {
    this.#first.post(command);
  }

  postAll(command: WireCommand): void {
    for (const thread of this.#all) thread.post(command);
  }

  /** Stops them in an orderly way. Resolves when all have ended; at once where they are stopping already. */
  async stop(graceMs: number): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    await Promise.all(this.#all.map((thread) => thread.stop(graceMs)));
  }

  get #all(): readonly WireThread[] {
    return [this.#first, ...this.#others];
  }

  async #fail(error: Error): Promise<void> {
    // While all stop, the others still let their connections finish.
    if (this.#isStopping) return this.#events.failed(error);
    this.#isStopping = true;
    this.#failure = error;
    // Only then is every port free, for a restart after the crash.
    await Promise.all(this.#all.map((thread) => thread.terminate()));
    this.#events.failed(error);
  }
}
