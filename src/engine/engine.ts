import { FaultLimiter } from '../memory/fault-limiter.ts';
import type { Note } from '../memory/journal/note.ts';
import { unpackNotes } from '../memory/journal/packed-notes.ts';
import type { CallHistory, Row } from '../memory/ledger/row.ts';
import type { LedgerSnapshot } from '../memory/ledger/snapshot.ts';
import { createTap, TapReader } from '../memory/tap.ts';
import type { Endpoint } from '../text/endpoint.ts';
import type { Fault } from '../text/fault.ts';
import { CallHistories } from './call-histories.ts';
import { DroppedDatagrams } from './dropped-datagrams.ts';
import { JournalMerger } from './journal-merger.ts';
import type { ClientCommand, ClientEvent, ConnectionCommand } from './protocol.ts';
import type { UnsolicitedEvent } from './wire-thread.ts';
import { WireThreads, type WireThreadsOptions } from './wire-threads.ts';

export { FaultError } from './wire-thread.ts';

export type EngineOptions = WireThreadsOptions;

/** Events of the engine. All of them are rare: the bytes on the wire are in the ledger. */
export interface EngineEvents {
  /** The embedded client. */
  readonly client: (event: ClientEvent) => void;
  /** A call failed, and the engine goes on. */
  readonly fault: (fault: Fault) => void;
  /**
   * New notes of the journal, oldest first, and how many had no room. Until `taken` is called at most two batches are under
   * way: a reader that cannot keep up loses notes and never delays the wire.
   */
  readonly journal: (notes: readonly Note[], dropped: number, taken: () => void) => void;
  /** A wire thread died; the others are ended, or stop. */
  readonly crash: (error: Error) => void;
}

/** The same fault of several threads within this time is reported once, ms. One thread repeats it after twice the time. */
const sameFaultMs = 500;

/** The main thread's handle on the wire threads, which hold the sockets. They never wait for the main thread. */
export class Engine {
  readonly #events: EngineEvents;
  readonly #threads: WireThreads;
  readonly #histories: CallHistories;
  readonly #journals: JournalMerger;
  readonly #faults: FaultLimiter<Fault>;
  readonly #droppedDatagrams: DroppedDatagrams;

  constructor(options: EngineOptions, events: EngineEvents) {
    this.#events = events;
    this.#faults = new FaultLimiter(events.fault, sameFaultMs);
    this.#droppedDatagrams = new DroppedDatagrams(events.fault);
    this.#journals = new JournalMerger(({ notes, dropped, taken }) => events.journal(notes, dropped, taken));
    this.#threads = new WireThreads(options, {
      received: (event, thread) => this.#onEvent(event, thread),
      failed: (error) => {
        this.#journals.close();
        events.crash(error);
      },
    });
    this.#histories = new CallHistories(this.#threads.ledgers, this.#threads.clientLedger);
  }

  /** The present counters; the same object as before when nothing changed. Never waits for the wire. */
  read(): LedgerSnapshot {
    return this.#threads.ledgers.read();
  }

  /**
   * The calls of one connection, copied now; null where another has its slot. A connection of the embedded client has the
   * calls of both ends while the client's ledger keeps it.
   */
  calls(row: Row): CallHistory | null {
    return this.#histories.of(row);
  }

  /**
   * Opens listeners, all or none, in every thread. Resolves to the endpoints with their real ports, in order; rejects
   * with a FaultError that names the stage and the errno of the first that failed.
   */
  async listen(endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> {
    const opened = await this.#threads.listen(endpoints);
    this.#droppedDatagrams.watch(opened.endpoints, opened.addresses);
    return opened.endpoints;
  }

  /** Runs a command of the embedded client; its outcome comes as client events. */
  tellClient(command: ClientCommand): void {
    this.#threads.postToFirst({ type: 'client', command });
  }

  /** Runs a command on connection `id`, or (null) on every open one. Goes to all threads: one of them has the connection. */
  tellConnection(id: number | null, command: ConnectionCommand): void {
    this.#threads.postAll({ type: 'connection', id, command });
  }

  /**
   * Copies the payload of connection `id` from now on, in place of any other (null: of none). Bounded: bytes that are not
   * read in time are dropped and counted, and the wire does not wait.
   */
  tap(id: number | null): TapReader | null {
    const ring = id === null ? null : createTap();
    this.#threads.postAll({ type: 'tap', id, ring });
    return ring === null ? null : new TapReader(ring);
  }

  /**
   * Stops listening, lets open connections finish for `graceMs` at most, and ends the threads, also one that does not
   * answer. `read` keeps the last counters.
   */
  async stop(graceMs: number): Promise<void> {
    await this.#droppedDatagrams.close();
    await this.#threads.stop(graceMs);
    this.#journals.close();
  }

  #onEvent(event: UnsolicitedEvent, thread: number): void {
    switch (event.type) {
      case 'fault':
        this.#faults.report(event.fault);
        return;
      case 'client':
        if (event.event.type === 'received')
          this.#threads.postToFirst({ type: 'credit', events: 1, bytes: event.event.bytes.length });
        this.#events.client(event.event);
        return;
      case 'journal': {
        const { dropped } = event;
        const taken = (): void => this.#threads.post(thread, { type: 'noted' });
        const batch = { notes: unpackNotes(event.batch), dropped, taken };
        // Notes of one thread are in order: they need not wait for others.
        if (this.#threads.count === 1) this.#events.journal(batch.notes, batch.dropped, batch.taken);
        else this.#journals.add(batch);
        return;
      }
      default:
        event satisfies never;
    }
  }
}
