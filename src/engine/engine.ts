import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { clientLinks, createLedger } from '../ledger/layout.ts';
import { LedgerReader, type Reading } from '../ledger/reader.ts';
import type { Discipline, Row } from '../ledger/row.ts';
import { createTap, TapReader } from '../ledger/tap.ts';
import type { Life } from '../model/life.ts';
import { Lives } from './lives.ts';
import type {
  Act,
  ClientEvent,
  Command,
  Endpoint,
  Fault,
  JournalLevel,
  Note,
  ServerOptions,
  WireEvent,
  WireOptions,
} from './protocol.ts';

export interface EngineOptions extends ServerOptions {
  /** What of the connections is written down for `EngineEvents.journal`. */
  readonly journal: JournalLevel;
  /** Number of the first connection; 1 unless told otherwise. */
  readonly firstId?: number;
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
  /** The worker is gone and was not asked to go. Nothing follows. */
  readonly crash: (error: Error) => void;
}

/** What `listen` rejects with when the network said no. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = 'FaultError';
    this.fault = fault;
  }
}

/** Slots kept for connections that have closed, so that they can still be looked at. */
const recent = 1000;

/** How long beyond its grace the worker may take to say that it has stopped, ms. */
const answerMs = 1000;

/** The longest delay of a Node timer; a longer one would fire at once (Node's documentation, setTimeout). */
const longestTimerMs = 2 ** 31 - 1;

interface Pending<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The main thread's handle on the worker that holds the sockets: start it, tell it what to do, read its ledger, stop
 * it. The worker never waits for anything here.
 */
export class Engine {
  readonly #worker: Worker;
  readonly #events: EngineEvents;
  readonly #reader: LedgerReader;
  readonly #lives: Lives;
  #listening: Pending<readonly Endpoint[]> | null = null;
  #stopping = false;

  constructor(options: EngineOptions, events: EngineEvents) {
    const ledger = createLedger(options.maxConnections + recent, options.firstId);
    this.#reader = new LedgerReader(ledger);
    const clientLedger = createLedger(clientLinks + 1);
    this.#lives = new Lives(this.#reader, new LedgerReader(clientLedger));
    this.#events = events;
    const workerData: WireOptions = { ...options, ledger, clientLedger, recent };
    // Under Vitest the worker runs from its source, in the package from the build: same place, other extension.
    const entry = new URL(`../wire/worker${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(entry, { name: 'wire', workerData });
    this.#worker.on('message', (event: WireEvent) => this.#hear(event));
    this.#worker.on('error', (error) => this.#gone(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', (code) => this.#gone(new Error(`the wire thread ended (code ${code})`)));
  }

  /** The counters as they are now; the same object as before when nothing changed. Never waits for the worker. */
  read(): Reading {
    return this.#reader.read();
  }

  /**
   * The calls of one connection, copied now; null where its slot was taken by another. The embedded client's connection
   * has those of both ends, as long as the client remembers it.
   */
  life(row: Row): Life | null {
    return this.#lives.of(row);
  }

  /**
   * Opens listeners, all or none. Resolves to the endpoints with their real ports, in order; rejects with a FaultError
   * that names the stage and the errno of the first that failed.
   */
  listen(endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> {
    return new Promise((resolve, reject) => {
      this.#listening = { resolve, reject };
      this.#command({ type: 'listen', endpoints });
    });
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
    this.#command({ type: 'discipline', discipline, id });
  }

  /** Sends bytes of our own to connection `id`, or (null) to all. */
  write(bytes: Uint8Array, id: number | null): void {
    this.#command({ type: 'write', bytes, id });
  }

  /** Half-closes, closes, resets connection `id`, or stops and resumes reading from it. */
  act(act: Act, id: number): void {
    this.#command({ type: 'act', act, id });
  }

  /**
   * Has the payload of connection `id` copied from now on, in place of that of any other (null: of none). Bounded: what
   * is not read in time is dropped and counted, and the wire does not wait.
   */
  tap(id: number | null): TapReader | null {
    const ring = id === null ? null : createTap();
    this.#command({ type: 'tap', id, ring });
    return ring === null ? null : new TapReader(ring);
  }

  /**
   * Stops listening, lets open connections finish for `graceMs` at most, and ends the worker; a worker that does not
   * answer is ended all the same. Afterwards `read` still gives the last counters.
   */
  async stop(graceMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    const overdue = setTimeout(() => void this.#worker.terminate(), Math.min(graceMs + answerMs, longestTimerMs));
    this.#command({ type: 'stop', graceMs });
    await exited;
    clearTimeout(overdue);
  }

  #command(command: Command): void {
    this.#worker.postMessage(command);
  }

  #hear(event: WireEvent): void {
    switch (event.type) {
      case 'listening':
        this.#listening?.resolve(event.endpoints);
        this.#listening = null;
        return;
      case 'refused':
        this.#listening?.reject(new FaultError(event.fault));
        this.#listening = null;
        return;
      case 'fault':
        this.#events.fault(event.fault);
        return;
      case 'client':
        if (event.event.type === 'received')
          this.#command({ type: 'credit', events: 1, bytes: event.event.bytes.length });
        this.#events.client(event.event);
        return;
      case 'journal':
        this.#events.journal(event.notes, event.dropped, () => this.#command({ type: 'noted' }));
        return;
      case 'stopped':
        void this.#worker.terminate();
        return;
      default:
        event satisfies never;
    }
  }

  #gone(error: Error): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#listening?.reject(error);
    this.#listening = null;
    this.#events.crash(error);
  }
}
