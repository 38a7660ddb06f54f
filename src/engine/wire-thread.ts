import type { Worker } from 'node:worker_threads';
import type { Endpoint } from '../text/endpoint.ts';
import type { Fault } from '../text/fault.ts';
import { startThread } from './prepared-thread.ts';
import type { Listening, Sharing, WireCommand, WireEvent, WireOptions } from './protocol.ts';

/** What `listen` rejects with when the network said no. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = 'FaultError';
    this.fault = fault;
  }
}

/** What a thread tells that is not the answer to a question. */
export type UnsolicitedEvent = Exclude<WireEvent, { readonly type: 'listening' | 'refused' | 'stopped' }>;

export interface WireThreadEvents {
  readonly told: (event: UnsolicitedEvent) => void;
  /** The thread is gone, and neither had stopped nor was ended. Told once. */
  readonly gone: (error: Error) => void;
}

/** How long beyond its grace a thread may take to say that it has stopped, ms. */
const answerMs = 1000;

/** The longest delay of a Node timer; a longer one would fire at once (Node's documentation, setTimeout). */
const longestTimerMs = 2 ** 31 - 1;

/** The main thread's handle on one thread that holds sockets. The thread never waits for anything here. */
export class WireThread {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #events: WireThreadEvents;
  #listening: PromiseWithResolvers<Listening> | null = null;
  #isOver = false;
  /** Why there is nobody any more who would answer. */
  #end: Error | null = null;

  constructor(options: WireOptions, events: WireThreadEvents) {
    this.#events = events;
    this.#worker = startThread(options);
    this.#worker.on('message', (event: WireEvent) => this.#hear(event));
    this.#worker.on('error', (error) => this.#gone(error instanceof Error ? error : new Error(String(error))));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#gone(new Error(`the wire thread ended (code ${code})`));
        resolve();
      });
    });
  }

  post(command: WireCommand): void {
    this.#worker.postMessage(command);
  }

  /** Opens listeners, all or none. Rejects with a FaultError for the first that failed; where the thread is gone, too. */
  listen(endpoints: readonly Endpoint[], sharing: Sharing): Promise<Listening> {
    if (this.#end !== null) return Promise.reject(this.#end);
    this.#listening = Promise.withResolvers();
    this.post({ type: 'listen', endpoints, sharing });
    return this.#listening.promise;
  }

  /** Has it stop in an orderly way; one that does not answer is ended all the same. Resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    const overdue = setTimeout(() => void this.end(), Math.min(graceMs + answerMs, longestTimerMs));
    this.post({ type: 'stop', graceMs });
    await this.#exited;
    clearTimeout(overdue);
  }

  /** Ends it at once. Resolves when it is gone. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#worker.terminate();
  }

  #hear(event: WireEvent): void {
    switch (event.type) {
      case 'listening':
        this.#listening?.resolve(event);
        return;
      case 'refused':
        this.#listening?.reject(new FaultError(event.fault));
        return;
      case 'stopped':
        void this.end();
        return;
      default:
        this.#events.told(event);
    }
  }

  #gone(error: Error): void {
    this.#end ??= error;
    this.#listening?.reject(error);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.gone(error);
  }
}
