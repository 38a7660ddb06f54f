import { FaultLimiter } from '../memory/fault-limiter.ts';
import type { Row } from '../memory/ledger/row.ts';
import type { LedgerSnapshot } from '../memory/ledger/snapshot.ts';
import type { BothEnds } from '../memory/recorder/connection-reader.ts';
import type { Recordings } from '../memory/recorder/recordings.ts';
import type { Endpoint } from '../text/endpoint.ts';
import type { Fault } from '../text/fault.ts';
import { BothEndsReader } from './both-ends.ts';
import { DroppedDatagrams } from './dropped-datagrams.ts';
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
  /** There are new records for a reader that waits (see memory/recorder/ring-reader.ts). */
  readonly recorded: () => void;
  /** A wire thread died; the others are ended, or stop. */
  readonly crash: (error: Error) => void;
}

/** The same fault of several threads within this time is reported once, ms. One thread repeats it after twice the time. */
const sameFaultMs = 500;

/** The main thread's handle on the wire threads, which hold the sockets. They never wait for the main thread. */
export class Engine {
  readonly #events: EngineEvents;
  readonly #threads: WireThreads;
  readonly #ends: BothEndsReader;
  readonly #faults: FaultLimiter<Fault>;
  readonly #droppedDatagrams: DroppedDatagrams;

  constructor(options: EngineOptions, events: EngineEvents) {
    this.#events = events;
    this.#faults = new FaultLimiter(events.fault, sameFaultMs);
    this.#droppedDatagrams = new DroppedDatagrams(events.fault);
    this.#threads = new WireThreads(options, {
      received: (event, thread) => this.#onEvent(event, thread),
      failed: events.crash,
    });
    this.#ends = new BothEndsReader(this.#threads.records, this.#threads.clientLedger);
  }

  /** The present counters; the same object as before when nothing changed. Never waits for the wire. */
  read(): LedgerSnapshot {
    return this.#threads.ledgers.read();
  }

  /** What happened on the wire, for readers. */
  get records(): Recordings {
    return this.#threads.records;
  }

  /** Records every byte from now on, for a reader that wants all; or a fair share of each connection. */
  recordAll(isComplete: boolean): void {
    this.#threads.postAll({ type: 'record', isComplete });
  }

  /**
   * The records of one connection; null where another has its slot. Of a connection of the embedded client both ends, while
   * the client's ledger keeps it.
   */
  ends(row: Row): BothEnds | null {
    return this.#ends.of(row);
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
   * Stops listening, lets open connections finish for `graceMs` at most, and ends the threads, also one that does not
   * answer. `read` keeps the last counters.
   */
  async stop(graceMs: number): Promise<void> {
    await this.#droppedDatagrams.close();
    await this.#threads.stop(graceMs);
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
      case 'recorded':
        this.#events.recorded();
        return;
      case 'chunk':
        this.records.addChunk(thread, event.chunk);
        return;
      default:
        event satisfies never;
    }
  }
}
