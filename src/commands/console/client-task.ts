import type { ClientEvent } from '../../engine/protocol.ts';
import { exact } from '../../text/format.ts';

/** Something the client does that takes longer than a moment. */
export interface ClientTask {
  /** Ends it; what is on the wire by then is not taken back. */
  stop(): void;
  onClientEvent(event: ClientEvent): void;
}

/** How a task tells what becomes of it. */
export interface TaskEvents {
  /** How far it is: short, and often. */
  readonly progress: (text: string) => void;
  /** It is over, and why. Once. */
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
