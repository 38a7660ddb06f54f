import { Commons, createCommons } from '../ledger/commons.ts';
import { FaultTeller } from '../ledger/fault-teller.ts';
import { clientLinks, createLedger } from '../ledger/layout.ts';
import { Ledgers } from '../ledger/ledgers.ts';
import { unpackNotes } from '../ledger/packed-notes.ts';
import { LedgerReader } from '../ledger/reader.ts';
import type { Reading } from '../ledger/reading.ts';
import type { Discipline, Row } from '../ledger/row.ts';
import { createTap, TapReader } from '../ledger/tap.ts';
import type { Life } from '../model/life.ts';
import { Chronicle } from './chronicle.ts';
import { Lives } from './lives.ts';
import type { Act, ClientEvent, Command, Endpoint, Fault, JournalLevel, Note, ServerOptions } from './protocol.ts';
import { type Told, WireThread } from './wire-thread.ts';

export { FaultError } from './fault-error.ts';

export interface EngineOptions extends ServerOptions {
  /** What of the connections is written down for `EngineEvents.journal`. */
  readonly journal: JournalLevel;
  /** Number of the first connection; 1 unless told otherwise. */
  readonly firstId?: number;
  /** As in WireOptions; for tests and measurements that compare. */
  readonly rawStreams?: boolean;
}

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

/** Slots kept for connections that have closed, so that they can still be looked at. */
const recent = 1000;

/** What fails in all threads at once is told once, ms; each of them tells it again after twice that time at the soonest. */
const sameFaultMs = 500;

/**
 * The main thread's handle on the wire: the threads that hold the sockets. Start them, tell them what to do, read their
 * ledgers, stop them. They never wait for anything here.
 */
export class Engine {
  /** The first one has the embedded client, and is asked first for a port. */
  readonly #first: WireThread;
  readonly #others: readonly WireThread[];
  readonly #events: EngineEvents;
  readonly #commons: Commons;
  readonly #ledgers: Ledgers;
  readonly #lives: Lives;
  readonly #chronicle: Chronicle;
  readonly #faults: FaultTeller<Fault>;
  #stopping = false;
  /** Why a thread is gone that was not asked to go. */
  #failure: Error | null = null;

  constructor(options: EngineOptions, events: EngineEvents) {
    this.#events = events;
    this.#faults = new FaultTeller(events.fault, sameFaultMs);
    const commons = createCommons({
      threads: options.threads,
      limit: options.maxConnections,
      firstId: options.firstId,
    });
    this.#commons = new Commons(commons);
    if (options.threads === 1) this.#commons.up();
    // The system may give all connections there may be to one thread. Slots that are never used cost no memory.
    const recentOfEach = Math.ceil(recent / options.threads);
    const slotsOfEach = options.maxConnections + recentOfEach;
    const clientLedger = createLedger(clientLinks + 1);
    const readers: LedgerReader[] = [];
    const start = (thread: number): WireThread => {
      const ledger = createLedger(slotsOfEach);
      const firstSlot = thread * slotsOfEach;
      readers.push(new LedgerReader(ledger, firstSlot));
      return new WireThread(
        {
          rawStreams: true,
          ...options,
          thread,
          ledger,
          firstSlot,
          commons,
          clientLedger: thread === 0 ? clientLedger : null,
          recent: recentOfEach,
        },
        { told: (event) => this.#hear(event, thread), gone: (error) => void this.#gone(error) },
      );
    };
    this.#first = start(0);
    this.#others = Array.from({ length: options.threads - 1 }, (_, index) => start(1 + index));
    this.#ledgers = new Ledgers(readers, slotsOfEach);
    this.#lives = new Lives(this.#ledgers, new LedgerReader(clientLedger));
    this.#chronicle = new Chronicle(({ notes, dropped, taken }) => this.#events.journal(notes, dropped, taken));
  }

  /** The counters as they are now; the same object as before when nothing changed. Never waits for the wire. */
  read(): Reading {
    return this.#ledgers.read();
  }

  /**
   * The calls of one connection, copied now; null where its slot was taken by another. The embedded client's connection
   * has those of both ends, as long as the client remembers it.
   */
  life(row: Row): Life | null {
    return this.#lives.of(row);
  }

  /**
   * Opens listeners, all or none, in every thread. Resolves to the endpoints with their real ports, in order; rejects
   * with a FaultError that names the stage and the errno of the first that failed.
   */
  async listen(endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> {
    const opened = await this.#first.listen(endpoints, { type: this.#others.length === 0 ? 'alone' : 'first' });
    const sharing = { type: 'join', addresses: opened.addresses } as const;
    const joined = await Promise.allSettled(this.#others.map((thread) => thread.listen(opened.endpoints, sharing)));
    const failed = joined.find((attempt) => attempt.status === 'rejected');
    if (failed === undefined) {
      this.#commons.up();
      return opened.endpoints;
    }
    this.#all({ type: 'unlisten' });
    // One thread that dies takes the others along: they have no reason of their own.
    throw this.#failure ?? failed.reason;
  }

  /** Connects the embedded client; what comes of it arrives as client events. */
  connect(endpoint: Endpoint): void {
    this.#command({ type: 'connect', endpoint });
  }

  /** Sends a message of the embedded client. `id` returns in the events that belong to it. */
  send(id: number, bytes: Uint8Array): void {
    this.#command({ type: 'send', id, bytes });
  }

  /**
   * Sends a piece of a long message of the embedded client; TCP alone knows such messages. A `taken` event follows each.
   */
  sendPart(id: number, bytes: Uint8Array, last: boolean): void {
    this.#command({ type: 'part', id, bytes, last });
  }

  /** Half-closes the embedded client's connection: shutdown(SHUT_WR). */
  finish(): void {
    this.#command({ type: 'finish' });
  }

  /** Breaks the embedded client's connection off with RST. */
  reset(): void {
    this.#command({ type: 'reset' });
  }

  /** Disconnects the embedded client. */
  disconnect(): void {
    this.#command({ type: 'disconnect' });
  }

  /** Another discipline: for connection `id`, or (null) for all there are and all to come. */
  discipline(discipline: Discipline, id: number | null): void {
    this.#all({ type: 'discipline', discipline, id });
  }

  /** Sends bytes of our own to connection `id`, or (null) to all. */
  write(bytes: Uint8Array, id: number | null): void {
    this.#all({ type: 'write', bytes, id });
  }

  /** Half-closes, closes, resets connection `id`, or stops and resumes reading from it. */
  act(act: Act, id: number): void {
    this.#all({ type: 'act', act, id });
  }

  /**
   * Has the payload of connection `id` copied from now on, in place of that of any other (null: of none). Bounded: what
   * is not read in time is dropped and counted, and the wire does not wait.
   */
  tap(id: number | null): TapReader | null {
    const ring = id === null ? null : createTap();
    this.#all({ type: 'tap', id, ring });
    return ring === null ? null : new TapReader(ring);
  }

  /**
   * Stops listening, lets open connections finish for `graceMs` at most, and ends the threads; one that does not answer
   * is ended all the same. Afterwards `read` still gives the last counters.
   */
  async stop(graceMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await Promise.all([this.#first, ...this.#others].map((thread) => thread.stop(graceMs)));
    this.#chronicle.close();
  }

  /** Tells the thread of the embedded client. */
  #command(command: Command): void {
    this.#first.post(command);
  }

  /** Tells every thread. */
  #all(command: Command): void {
    this.#first.post(command);
    for (const thread of this.#others) thread.post(command);
  }

  #hear(event: Told, thread: number): void {
    switch (event.type) {
      case 'fault':
        this.#faults.tell(event.fault);
        return;
      case 'client':
        if (event.event.type === 'received')
          this.#command({ type: 'credit', events: 1, bytes: event.event.bytes.length });
        this.#events.client(event.event);
        return;
      case 'journal': {
        const from = [this.#first, ...this.#others][thread];
        const { dropped } = event;
        const batch = { notes: unpackNotes(event.batch), dropped, taken: () => from?.post({ type: 'noted' }) };
        // With nothing to put together there is nothing to wait for.
        if (this.#others.length === 0) this.#events.journal(batch.notes, batch.dropped, batch.taken);
        else this.#chronicle.add(batch);
        return;
      }
      default:
        event satisfies never;
    }
  }

  async #gone(error: Error): Promise<void> {
    // Where all are to stop the others still let their connections finish.
    if (this.#stopping) return this.#events.crash(error);
    this.#stopping = true;
    this.#failure = error;
    // Only then every port is free: who hears of the crash may want to open them anew.
    await Promise.all([this.#first, ...this.#others].map((thread) => thread.end()));
    this.#chronicle.close();
    this.#events.crash(error);
  }
}
