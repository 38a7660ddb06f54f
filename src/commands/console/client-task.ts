import type { ClientEvent } from '../../engine/protocol.ts';
import { exact } from '../../text/format.ts';

/** A task of the client that takes time, such as /repeat or /send. */
export interface ClientTask {
  /** Ends the task. Bytes on the wire are not taken back. */
  stop(): void;
  onClientEvent(event: ClientEvent): void;
}

/** How a task reports to the chat. */
export interface TaskEvents {
  /** Progress, in a few characters. */
  readonly progress: (text: string) => void;
  /** The task has ended, and why. Called once. */
  readonly done: (text: string, tone: 'info' | 'error') => void;
}

/** Sends one message several times, the first at once. Ends with the connection. */
export class Repetition implements ClientTask {
  readonly #count: number;
  readonly #send: () => void;
  readonly #events: TaskEvents;
  readonly #timer: NodeJS.Timeout;
  #sent = 0;

  constructor(count: number, everyMs: number, send: () => void, events: TaskEvents) {
    this.#count = count;
    this.#send = send;
    this.#events = events;
    this.#timer = setInterval(() => this.#next(), everyMs);
    this.#next();
  }

  stop(): void {
    this.#end('stopped', 'info');
  }

  onClientEvent(event: ClientEvent): void {
    if (event.type === 'unsent') this.#end('the peer does not read', 'error');
    if (event.type === 'disconnected' || event.type === 'finished') this.#end('nothing more can be sent', 'error');
  }

  #next(): void {
    this.#sent += 1;
    this.#send();
    this.#events.progress(`${exact(this.#sent)}/${exact(this.#count)}`);
    if (this.#sent === this.#count) this.#end('done', 'info');
  }

  #end(why: string, tone: 'info' | 'error'): void {
    clearInterval(this.#timer);
    this.#events.done(`/repeat: ${why}, sent ${exact(this.#sent)} of ${exact(this.#count)}`, tone);
  }
}
