import { clientLinks, createLedger } from '../memory/ledger/layout.ts';
import { LedgerReader, MergedReader } from '../memory/ledger/reader.ts';
import { createSharedCounters, SharedCounters } from '../memory/ledger/shared-counters.ts';
import type { Endpoint } from '../text/endpoint.ts';
import type { JournalLevel, ServerOptions, WireCommand } from './protocol.ts';
import { type UnsolicitedEvent, WireThread } from './wire-thread.ts';

export interface WireThreadsOptions extends ServerOptions {
  /** What of the connections is written down. */
  readonly journal: JournalLevel;
  /** Number of the first connection; 1 unless told otherwise. */
  readonly firstId?: number;
  /** As in WireOptions; for tests and measurements that compare. */
  readonly rawStreams?: boolean;
}

export interface WireThreadsEvents {
  /** What a thread tells, and the number of that thread. */
  readonly told: (event: UnsolicitedEvent, thread: number) => void;
  /** A thread is gone and had not stopped, though asked to perhaps; the others are ended, or stop. */
  readonly gone: (error: Error) => void;
}

/** Slots kept for connections that have closed, so that they can still be looked at. */
const recent = 1000;

/** The threads of one wire: they listen on the same endpoints, each with a ledger of its own, and end together. */
export class WireThreads {
  /** What all of them count. */
  readonly ledgers: MergedReader;
  /** What the embedded client counts, which lives in the first one. */
  readonly clientLedger: LedgerReader;
  readonly #events: WireThreadsEvents;
  readonly #sharedCounters: SharedCounters;
  /** It is asked first for a port. */
  readonly #first: WireThread;
  readonly #others: readonly WireThread[];
  #stopping = false;
  /** Why a thread is gone that was not asked to go. */
  #failure: Error | null = null;

  constructor(options: WireThreadsOptions, events: WireThreadsEvents) {
    this.#events = events;
    const { threads, maxConnections, firstId } = options;
    const sharedCounters = createSharedCounters({ threads, limit: maxConnections, firstId });
    this.#sharedCounters = new SharedCounters(sharedCounters);
    if (threads === 1) this.#sharedCounters.markListening();
    // The system may give all connections there may be to one thread. Slots that are never used cost no memory.
    const recentOfEach = Math.ceil(recent / threads);
    const slotsOfEach = maxConnections + recentOfEach;
    const clientLedger = createLedger(clientLinks + 1);
    const readers: LedgerReader[] = [];
    const start = (thread: number): WireThread => {
      const ledger = createLedger(slotsOfEach);
      readers.push(new LedgerReader(ledger, thread * slotsOfEach));
      return new WireThread(
        {
          rawStreams: true,
          ...options,
          thread,
          ledger,
          sharedCounters,
          clientLedger: thread === 0 ? clientLedger : null,
          recent: recentOfEach,
        },
        { told: (event) => events.told(event, thread), gone: (error) => void this.#gone(error) },
      );
    };
    this.#first = start(0);
    this.#others = Array.from({ length: threads - 1 }, (_, index) => start(1 + index));
    this.ledgers = new MergedReader(readers, slotsOfEach);
    this.clientLedger = new LedgerReader(clientLedger);
  }

  get count(): number {
    return this.#all.length;
  }

  /** Opens listeners, all or none, in every thread. Resolves and rejects as `WireThread.listen` does. */
  async listen(endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> {
    const opened = await this.#first.listen(endpoints, { type: this.#others.length === 0 ? 'alone' : 'first' });
    const sharing = { type: 'join', addresses: opened.addresses } as const;
    const joined = await Promise.allSettled(this.#others.map((thread) => thread.listen(opened.endpoints, sharing)));
    const failed = joined.find((attempt) => attempt.status === 'rejected');
    if (failed === undefined) {
      this.#sharedCounters.markListening();
      return opened.endpoints;
    }
    this.tellAll({ type: 'unlisten' });
    // One thread that dies takes the others along: they have no reason of their own.
    throw this.#failure ?? failed.reason;
  }

  /** Tells one of them. */
  tell(thread: number, command: WireCommand): void {
    this.#all[thread]?.post(command);
  }

  /** Tells that of the embedded client. */
  tellFirst(command: WireCommand): void {
    this.#first.post(command);
  }

  tellAll(command: WireCommand): void {
    for (const thread of this.#all) thread.post(command);
  }

  /** Stops them in an orderly way. Resolves when all are gone; at once where they are on their way already. */
  async stop(graceMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await Promise.all(this.#all.map((thread) => thread.stop(graceMs)));
  }

  get #all(): readonly WireThread[] {
    return [this.#first, ...this.#others];
  }

  async #gone(error: Error): Promise<void> {
    // Where all are to stop the others still let their connections finish.
    if (this.#stopping) return this.#events.gone(error);
    this.#stopping = true;
    this.#failure = error;
    // Only then every port is free: who hears of the crash may want to open them anew.
    await Promise.all(this.#all.map((thread) => thread.end()));
    this.#events.gone(error);
  }
}
