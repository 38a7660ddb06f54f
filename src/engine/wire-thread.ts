import type { Worker } from 'node:worker_threads';
import type { Endpoint } from '../text/endpoint.ts';
import type { Fault } from '../text/fault.ts';
import { startThread } from './prepared-thread.ts';
import type { Listening, Sharing, WireCommand, WireEvent, WireOptions } from './protocol.ts';

/** `listen` rejects with it where an endpoint cannot be opened. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = 'FaultError';
    this.fault = fault;
  }
}

/** The events of a thread that answer no command. */
export type UnsolicitedEvent = Exclude<WireEvent, { readonly type: 'listening' | 'refused' | 'stopped' }>;

export interface WireThreadEvents {
  readonly received: (event: UnsolicitedEvent) => void;
  /** The thread ended by itself. Called once. */
  readonly failed: (error: Error) => void;
}

/** How long beyond its grace a thread may take to answer `stop`, ms. */
const answerMs = 1000;

/** The longest delay of a Node timer; a longer one would fire at once (Node's documentation, setTimeout). */
const longestTimerMs = 2 ** 31 - 1;

/** The main thread's handle on one thread that holds sockets. That thread never waits for this one. */
export class WireThread {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #events: WireThreadEvents;
  #listening: PromiseWithResolvers<Listening> | null = null;
  #isOver = false;
  /** Why no command is answered any more. */
  #error: Error | null = null;

  constructor(options: WireOptions, events: WireThreadEvents) {
    this.#events = events;
    this.#worker = startThread(options);
    this.#worker.on('message', (event: WireEvent) => this.#receive(event));
    this.#worker.on('error', (error) => this.#ended(error instanceof Error ? error : new Error(String(error))));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#ended(new Error(`the wire thread ended (code ${code})`));
        resolve();
      });
    });
  }

  post(command: WireCommand): void {
    this.#worker.postMessage(command);
  }

  /** Opens listeners, all or none. Rejects with a FaultError for the first that failed, and where the thread has ended. */
  listen(endpoints: readonly Endpoint[], sharing: Sharing): Promise<Listening> {
    if (this.#error !== null) return Promise.reject(this.#error);
    this.#listening = Promise.withResolvers();
    this.post({ type: 'listen', endpoints, sharing });
    return this.#listening.promise;
  }

  /** Stops it in an orderly way; one that does not answer is terminated. Resolves when it has ended. */
  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => void this.terminate(), Math.min(graceMs + answerMs, longestTimerMs));
    this.post({ type: 'stop', graceMs });
    await this.#exited;
    clearTimeout(timer);
  }

  /** Ends it at once. Resolves when it has ended. */
  async terminate(): Promise<void> {
    this.#isOver = true;
    await this.#worker.terminate();
  }

  #receive(event: WireEvent): void {
    switch (event.type) {
      case 'listening':
        this.#listening?.resolve(event);
        return;
      case 'refused':
        this.#listening?.reject(new FaultError(event.fault));
        return;
      case 'stopped':
        void this.terminate();
        return;
      default:
        this.#events.received(event);
    }
  }

  #ended(error: Error): void {
    this.#error ??= error;
    this.#listening?.reject(error);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.failed(error);
  }
}
