import { Socket } from 'node:net';
import type { Endpoint } from '../../../text/endpoint.ts';
import { clientFault } from '../../../text/system-error.ts';
import type { LoadFailure } from './failure.ts';
import { Pattern, type Phase } from './pattern.ts';

/** What a connection tells the load that it is a part of. */
export interface ConnectionEvents {
  readonly open: (connection: Connection) => void;
  /** So many bytes came back as they were sent. */
  readonly echo: (connection: Connection, bytes: number) => void;
  /** The kernel has taken what had to wait. */
  readonly drain?: (connection: Connection) => void;
  /** It is over, once for each connection: with a failure, or null where both sides have ended and nothing is owed. */
  readonly gone: (connection: Connection, failure: LoadFailure | null) => void;
}

/** What all connections of a load share. */
export interface ConnectionSettings {
  /** Where they connect to. */
  readonly host: string;
  /** As people know it. */
  readonly endpoint: Endpoint;
  readonly pattern: Pattern;
  /** One read buffer for all: what was read is checked before the next read. */
  readonly buffer: Uint8Array;
}

/** One TCP connection to an echo server: what it sends is the pattern, and every byte that comes back is checked. */
export class Connection {
  /** Counts from 1, over all threads. */
  readonly number: number;
  sent = 0;
  received = 0;
  /** When it began to wait for what it waits for now; for the load that it belongs to. */
  since = 0;
  /** Where it is among those that are there at once; for the load that it belongs to. */
  place = 0;
  readonly #socket: Socket;
  readonly #common: ConnectionSettings;
  readonly #events: ConnectionEvents;
  #sendPhase: Phase;
  #receivePhase: Phase;
  #finished = false;
  #gone = false;

  constructor(number: number, common: ConnectionSettings, events: ConnectionEvents) {
    this.number = number;
    this.#common = common;
    this.#events = events;
    this.#sendPhase = Pattern.start(number);
    this.#receivePhase = this.#sendPhase;
    const { buffer, endpoint, host } = common;
    const socket = new Socket({ onread: { buffer, callback: this.#read }, allowHalfOpen: true });
    this.#socket = socket;
    socket.on('error', (error) => {
      this.#leave({ type: 'fault', connection: number, fault: clientFault(error, endpoint) });
    });
    socket.on('end', this.#ended);
    socket.on('connect', () => events.open(this));
    if (events.drain !== undefined) socket.on('drain', () => events.drain?.(this));
    socket.setNoDelay(true).connect(endpoint.port, host);
  }

  /** Nothing is sent any more. */
  get isGone(): boolean {
    return this.#gone;
  }

  /** Bytes sent that have not come back. */
  get owed(): number {
    return this.sent - this.received;
  }

  /** Whether the kernel has not taken all yet. */
  get full(): boolean {
    return this.#socket.writableLength > 0;
  }

  /** Sends one piece, and half-closes behind the last one. Does nothing once it is gone. */
  send(last = false): void {
    if (this.#gone) return;
    const piece = this.#common.pattern.piece(this.#sendPhase);
    this.sent += piece.length;
    this.#sendPhase = Pattern.advance(this.#sendPhase, piece.length);
    if (!last) {
      this.#socket.write(piece);
      return;
    }
    this.#finished = true;
    this.#socket.end(piece);
  }

  /** Ends it, without a word. */
  close(): void {
    this.#gone = true;
    this.#socket.destroy();
  }

  readonly #read = (bytes: number): boolean => {
    const to = this.received + bytes;
    const { pattern, buffer } = this.#common;
    if (to > this.sent || !pattern.matches(buffer, bytes, this.#receivePhase)) {
      this.#leave(this.#wrong(bytes));
      return false;
    }
    this.received = to;
    this.#receivePhase = Pattern.advance(this.#receivePhase, bytes);
    if (!this.#gone) this.#events.echo(this, bytes);
    return true;
  };

  #wrong(bytes: number): LoadFailure {
    const { pattern, buffer } = this.#common;
    const due = Math.min(bytes, this.owed);
    const at = pattern.difference(buffer, due, this.#receivePhase);
    const offset = this.received + at;
    if (at === due) return { type: 'early', connection: this.number, offset };
    const sent = pattern.bytes[this.#receivePhase + at] ?? 0;
    return { type: 'wrong', connection: this.number, offset, sent, received: buffer[at] ?? 0 };
  }

  readonly #ended = (): void => {
    const { number, received, owed } = this;
    if (this.#finished && owed === 0) this.#leave(null);
    else this.#leave({ type: 'closed', connection: number, offset: received, owed });
  };

  #leave(failure: LoadFailure | null): void {
    if (this.#gone) return;
    this.close();
    this.#events.gone(this, failure);
  }
}
