import { FaultLimiter } from '../memory/fault-limiter.ts';
import type { Note } from '../memory/journal/note.ts';
import { unpackNotes } from '../memory/journal/packed-notes.ts';
import type { CallHistory, Row } from '../memory/ledger/row.ts';
import type { LedgerSnapshot } from '../memory/ledger/snapshot.ts';
import { createTap, TapReader } from '../memory/tap.ts';
import type { Endpoint } from '../text/endpoint.ts';
import type { Fault } from '../text/fault.ts';
import { CallHistories } from './call-histories.ts';
import { JournalMerger } from './journal-merger.ts';
import type { ClientCommand, ClientEvent, ConnectionCommand } from './protocol.ts';
import type { UnsolicitedEvent } from './wire-thread.ts';
import { WireThreads, type WireThreadsOptions } from './wire-threads.ts';

export { FaultError } from './wire-thread.ts';

export type EngineOptions = WireThreadsOptions;

/** What the engine tells without being asked. All of it is rare: the bytes on the wire are in the ledger. */
export interface EngineEvents {
  /** The embedded client. */
  readonly client: (event: ClientEvent) => void;
  /** A call failed, and the engine goes on. */
  readonly fault: (fault: Fault) => void;
  /**
   * What was written down, oldest first, and how many notes found no room. Until `taken` is called two such batches at
   * most are under way: a face that can not keep up loses notes, never the wire's time.
   */
  readonly journal: (notes: readonly Note[], dropped: number, taken: () => void) => void;
  /** A wire thread is gone and had not stopped, though asked to perhaps; the others are ended, or stop. */
  readonly crash: (error: Error) => void;
}

/** What fails in all threads at once is told once, ms; each of them tells it again after twice that time at the soonest. */
const sameFaultMs = 500;

/**
 * The main thread's handle on the wire: the threads that hold the sockets. Start them, tell them what to do, read their
 * ledgers, stop them. They never wait for anything here.
 */
export class Engine {
  readonly #events: EngineEvents;
  readonly #threads: WireThreads;
  readonly #lives: CallHistories;
  readonly #chronicle: JournalMerger;
  readonly #faults: FaultLimiter<Fault>;

  constructor(options: EngineOptions, events: EngineEvents) {
    this.#events = events;
    this.#faults = new FaultLimiter(events.fault, sameFaultMs);
    this.#chronicle = new JournalMerger(({ notes, dropped, taken }) => events.journal(notes, dropped, taken));
    this.#threads = new WireThreads(options, {
      received: (event, thread) => this.#receive(event, thread),
      failed: (error) => {
        this.#chronicle.close();
        events.crash(error);
      },
    });
    this.#lives = new CallHistories(this.#threads.ledgers, this.#threads.clientLedger);
  }

  /** The counters as they are now; the same object as before when nothing changed. Never waits for the wire. */
  read(): LedgerSnapshot {
    return this.#threads.ledgers.read();
  }

  /**
   * The calls of one connection, copied now; null where its slot was taken by another. The embedded client's connection
   * has those of both ends, as long as the client remembers it.
   */
  calls(row: Row): CallHistory | null {
    return this.#lives.of(row);
  }

  /**
   * Opens listeners, all or none, in every thread. Resolves to the endpoints with their real ports, in order; rejects
   * with a FaultError that names the stage and the errno of the first that failed.
   */
  listen(endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> {
    return this.#threads.listen(endpoints);
  }

  /** Has the embedded client do something; what comes of it arrives as client events. */
  tellClient(command: ClientCommand): void {
    this.#threads.postToFirst({ type: 'client', command });
  }

  /** Has connection `id` do something, or (null) every open one. Goes to all threads: one of them has the connection. */
  tellConnection(id: number | null, command: ConnectionCommand): void {
    this.#threads.postAll({ type: 'connection', id, command });
  }

  /**
   * Has the payload of connection `id` copied from now on, in place of that of any other (null: of none). Bounded: what
   * is not read in time is dropped and counted, and the wire does not wait.
   */
  tap(id: number | null): TapReader | null {
    const ring = id === null ? null : createTap();
    this.#threads.postAll({ type: 'tap', id, ring });
    return ring === null ? null : new TapReader(ring);
  }

  /**
   * Stops listening, lets open connections finish for `graceMs` at most, and ends the threads; one that does not answer
   * is ended all the same. Afterwards `read` still gives the last counters.
   */
  async stop(graceMs: number): Promise<void> {
    await this.#threads.stop(graceMs);
    this.#chronicle.close();
  }

  #receive(event: UnsolicitedEvent, thread: number): void {
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
        // With nothing to put together there is nothing to wait for.
        if (this.#threads.count === 1) this.#events.journal(batch.notes, batch.dropped, batch.taken);
        else this.#chronicle.add(batch);
        return;
      }
      default:
        event satisfies never;
    }
  }
}
