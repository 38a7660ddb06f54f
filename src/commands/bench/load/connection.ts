import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../../../text/endpoint.ts';
import { clientFault } from '../../../text/fault.ts';
import type { LoadFailure } from './failure.ts';
import { Pattern, type Phase } from './pattern.ts';
import type { Task } from './plan.ts';

/** Events of a connection, for the load that it belongs to. */
export interface ConnectionEvents {
  readonly open: (connection: Connection) => void;
  /** So many bytes came back as they were sent. */
  readonly echo: (connection: Connection, bytes: number) => void;
  /** The kernel has taken what had to wait. */
  readonly drain?: (connection: Connection) => void;
  /** Called once: with a failure, or null where both sides have ended and nothing is owed. */
  readonly closed: (connection: Connection, failure: LoadFailure | null) => void;
}

/** What all connections of a load share. */
export interface ConnectionSettings {
  /** The address to connect to. */
  readonly host: string;
  /** As the user named it, for messages. */
  readonly endpoint: Endpoint;
  readonly pattern: Pattern;
  /** One read buffer for all: a read is checked before the next one. */
  readonly buffer: Uint8Array;
}

/** Bytes of one read at most. Measured with 64 KiB pieces: a tenth faster than with 64 KiB. */
const readBytes = 256 * 1024;

export const settingsOf = ({ endpoint, host, size }: Task): ConnectionSettings => ({
  host,
  endpoint,
  pattern: new Pattern(size, readBytes),
  buffer: new Uint8Array(readBytes),
});

/** One TCP connection to an echo server. It sends the pattern, and checks every byte that comes back. */
export class Connection {
  /** Counts from 1, over all threads. */
  readonly number: number;
  sent = 0;
  received = 0;
  /** When the running round trip began; set by the load. */
  since = 0;
  /** Its index among the connections that are open at once; set by the load. */
  slot = 0;
  readonly #socket: Socket;
  readonly #settings: ConnectionSettings;
  readonly #events: ConnectionEvents;
  #sendPhase: Phase;
  #receivePhase: Phase;
  #isFinished = false;
  #isClosed = false;

  constructor(number: number, settings: ConnectionSettings, events: ConnectionEvents) {
    this.number = number;
    this.#settings = settings;
    this.#events = events;
    this.#sendPhase = Pattern.start(number);
    this.#receivePhase = this.#sendPhase;
    const { buffer, endpoint, host } = settings;
    const onread = { buffer, callback: this.#read };
    const socket = connect({ host, port: endpoint.port, allowHalfOpen: true, noDelay: true, onread });
    this.#socket = socket;
    socket.on('error', (error) => {
      this.#end({ type: 'fault', connection: number, fault: clientFault(error, endpoint) });
    });
    socket.on('end', this.#peerFinished);
    socket.on('connect', () => events.open(this));
    if (events.drain !== undefined) socket.on('drain', () => events.drain?.(this));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes sent that have not come back. */
  get owed(): number {
    return this.sent - this.received;
  }

  /** Whether something that was sent waits for the kernel. */
  get isFull(): boolean {
    return this.#socket.writableLength > 0;
  }

  /** Sends one piece, and half-closes behind the last one. Does nothing once it is closed. */
  send(last = false): void {
    if (this.#isClosed) return;
    const piece = this.#settings.pattern.piece(this.#sendPhase);
    this.sent += piece.length;
    this.#sendPhase = Pattern.advance(this.#sendPhase, piece.length);
    if (!last) {
      this.#socket.write(piece);
      return;
    }
    this.#isFinished = true;
    this.#socket.end(piece);
  }

  /** Closes it, as one that has done its work. */
  finish(): void {
    this.#end(null);
  }

  /** Closes it without an event. */
  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  readonly #read = (bytes: number): boolean => {
    const to = this.received + bytes;
    const { pattern, buffer } = this.#settings;
    if (to > this.sent || !pattern.matches(buffer, bytes, this.#receivePhase)) {
      this.#end(this.#mismatch(bytes));
      return false;
    }
    this.received = to;
    this.#receivePhase = Pattern.advance(this.#receivePhase, bytes);
    if (!this.#isClosed) this.#events.echo(this, bytes);
    return true;
  };

  #mismatch(bytes: number): LoadFailure {
    const { pattern, buffer } = this.#settings;
    const due = Math.min(bytes, this.owed);
    const at = pattern.difference(buffer, due, this.#receivePhase);
    const offset = this.received + at;
    if (at === due) return { type: 'early', connection: this.number, offset };
    const sent = pattern.bytes[this.#receivePhase + at] ?? 0;
    return { type: 'wrong', connection: this.number, offset, sent, received: buffer[at] ?? 0 };
  }

  readonly #peerFinished = (): void => {
    const { number, received, owed } = this;
    if (this.#isFinished && owed === 0) this.#end(null);
    else this.#end({ type: 'closed', connection: number, offset: received, owed, halfClosed: this.#isFinished });
  };

  #end(failure: LoadFailure | null): void {
    if (this.#isClosed) return;
    this.close();
    this.#events.closed(this, failure);
  }
}
