import { connect, type Socket } from 'node:net';
import type { ClientEvent, Endpoint, Fault, Stage } from '../engine/protocol.ts';
import { monotonicMs } from '../ledger/clock.ts';
import { faultOf } from './fault.ts';

/** A message on its way: how many bytes of its answer are still to come, and when it was handed to the kernel. */
interface Waiting {
  readonly id: number;
  readonly at: number;
  left: number;
}

/** Bytes of answers that may be on their way to the main thread; what comes beyond is counted and left out. */
const window = 256 * 1024;
/** What one event costs of the window beside its bytes, so that many small ones are bounded too. */
const eventCost = 64;
const connectTimeoutMs = 5000;

/**
 * The embedded client: one TCP connection to any endpoint. An echo returns the bytes in their order, so an answer
 * belongs to a message by its position in the stream, and a message is answered when its last byte has come back.
 */
export class EmbeddedClient {
  readonly #post: (event: ClientEvent) => void;
  #socket: Socket | null = null;
  #endpoint: Endpoint | null = null;
  #waiting: Waiting[] = [];
  #inFlight = 0;
  #skipped = 0;

  constructor(post: (event: ClientEvent) => void) {
    this.#post = post;
  }

  /** Connects; a connection that is open is closed first. */
  connect(endpoint: Endpoint): void {
    this.#replace();
    this.#post({ type: 'connecting', at: monotonicMs(), endpoint });
    const socket = connect({ host: endpoint.host, port: endpoint.port, allowHalfOpen: true, noDelay: true });
    this.#socket = socket;
    this.#endpoint = endpoint;
    let stage: Stage = 'connect';
    let fault: Fault | null = null;
    const timeout = setTimeout(
      () => socket.destroy(Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' })),
      connectTimeoutMs,
    );
    // A connection that was replaced still closes in its own time, but nobody is told any more.
    const mine = (act: () => void) => () => {
      if (this.#socket === socket) act();
    };
    socket.on(
      'connect',
      mine(() => {
        clearTimeout(timeout);
        stage = 'recv';
        const { localAddress = '?', localPort = 0 } = socket;
        const local = localAddress.includes(':') ? `[${localAddress}]:${localPort}` : `${localAddress}:${localPort}`;
        this.#post({ type: 'connected', at: monotonicMs(), endpoint, local });
      }),
    );
    socket.on('data', (bytes: Buffer) => mine(() => this.#receive(bytes))());
    socket.on('end', () => {
      mine(() => this.#post({ type: 'ended', at: monotonicMs() }))();
      socket.end();
    });
    socket.on('error', (error) => {
      fault = faultOf(error, stage === 'recv' && failedInWrite(error) ? 'send' : stage, endpoint);
    });
    socket.on('close', () => {
      clearTimeout(timeout);
      mine(() => this.#gone(endpoint, fault))();
    });
  }

  /** Sends one message. Without a connection it is not sent and nothing is said of it: look at the state first. */
  send(id: number, bytes: Uint8Array): void {
    if (this.#socket === null || this.#socket.connecting || this.#socket.writableEnded) return;
    const at = monotonicMs();
    this.#waiting.push({ id, at, left: bytes.length });
    this.#post({ type: 'sent', at, id, bytes });
    this.#socket.write(bytes);
  }

  /** Half-closes: shutdown(SHUT_WR). */
  finish(): void {
    this.#socket?.end();
  }

  /** Closes. A connection still being set up is given up. */
  disconnect(): void {
    if (this.#socket?.connecting) this.#socket.destroy();
    else this.#socket?.destroySoon();
  }

  #replace(): void {
    if (this.#socket === null || this.#endpoint === null) return;
    this.disconnect();
    this.#gone(this.#endpoint, null);
  }

  #gone(endpoint: Endpoint, fault: Fault | null): void {
    const unanswered = this.#waiting.length;
    this.#socket = null;
    this.#waiting = [];
    this.#post({ type: 'disconnected', at: monotonicMs(), endpoint, fault, unanswered });
  }

  /** The main thread has taken so many events with so many bytes in them: the window opens by what they cost. */
  credit(events: number, bytes: number): void {
    this.#inFlight -= bytes + events * eventCost;
    if (this.#inFlight === 0 && this.#skipped > 0) this.#forward(null, new Uint8Array(0), null);
  }

  #receive(chunk: Buffer): void {
    const at = monotonicMs();
    let from = 0;
    while (from < chunk.length) {
      const message = this.#waiting[0];
      const taken = Math.min(message?.left ?? Infinity, chunk.length - from);
      const piece = chunk.subarray(from, from + taken);
      from += taken;
      if (message === undefined) {
        this.#forward(null, piece, null);
        continue;
      }
      message.left -= taken;
      if (message.left === 0) this.#waiting.shift();
      this.#forward(message.id, piece, message.left === 0 ? at - message.at : null);
    }
  }

  #forward(id: number | null, piece: Uint8Array, roundTripMs: number | null): void {
    const fits = this.#inFlight + piece.length + eventCost <= window;
    if (!fits) this.#skipped += piece.length;
    // The end of an answer is always told; of the rest only what fits.
    if (!fits && roundTripMs === null) return;
    const bytes = fits ? new Uint8Array(piece) : new Uint8Array(0);
    this.#inFlight += bytes.length + eventCost;
    this.#post({ type: 'received', at: monotonicMs(), id, bytes, skipped: this.#skipped, roundTripMs });
    this.#skipped = 0;
  }
}

const failedInWrite = (error: Error): boolean => 'syscall' in error && error.syscall === 'write';
