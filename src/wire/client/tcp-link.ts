import type { Socket } from 'node:net';
import { monotonicMs } from '../../memory/clock.ts';
import { resetTcp } from '../../net/client-socket.ts';
import { connectTcp, tcpSocket } from '../../net/connect.ts';
import { type Endpoint, hostPort, unknownHost } from '../../text/endpoint.ts';
import { clientFault, type Fault } from '../../text/fault.ts';
import { type Link, type LinkEvents, type LinkLedger, maxWaiting, type SendResult } from './link.ts';

/** A message that waits for its answer, or a part of one. */
interface Waiting {
  /** Null for several messages, once too many wait to tell their answers apart. */
  readonly id: number | null;
  /** When the first byte of the message was sent. */
  readonly at: number;
  /** Bytes of the answer that are still to come. */
  left: number;
  /** Nothing more of the message follows. */
  isWhole: boolean;
  /** How many messages these are, where they are several. */
  messages: number;
}

const connectTimeoutMs = 5000;

/** Bytes that wait for the peer; while there are more, no message is sent. */
const maxUnsentBytes = 16 << 20;

/**
 * A TCP connection of the embedded client. An echo returns the bytes in their order, so an answer belongs to a message
 * by its position in the stream, and a message is answered when its last byte has come back.
 */
export class TcpLink implements Link {
  readonly #connecting = new AbortController();
  /** Null before it is connected. */
  #socket: Socket | null = null;
  readonly #events: LinkEvents;
  readonly #ledger: LinkLedger;
  readonly #waiting: Waiting[] = [];
  #isReset = false;
  /** The message that is being sent in parts. */
  #inParts: { readonly id: number; readonly at: number } | null = null;

  constructor(endpoint: Endpoint, events: LinkEvents, ledger: LinkLedger) {
    this.#events = events;
    this.#ledger = ledger;
    const { host, port } = endpoint;
    const { signal } = this.#connecting;
    connectTcp({ host, port, timeoutMs: connectTimeoutMs, signal, make: tcpSocket }).then(
      (socket) => this.#connected(socket, endpoint),
      (error: Error) => events.gone(signal.aborted ? null : clientFault(error, endpoint), 0),
    );
  }

  #connected(socket: Socket, endpoint: Endpoint): void {
    const [events, ledger] = [this.#events, this.#ledger];
    this.#socket = socket;
    let fault: Fault | null = null;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('finish', () => ledger.finished());
    socket.on('end', () => {
      ledger.ended();
      events.ended();
      socket.end();
    });
    socket.on('error', (error) => {
      fault = clientFault(error, endpoint, 'recv');
    });
    socket.on('close', () => {
      ledger.closed(fault, this.#isReset);
      const known = new Set(this.#waiting.flatMap(({ id }) => id ?? []));
      const unanswered = this.#waiting.reduce((sum, { messages }) => sum + messages, known.size);
      events.gone(fault, unanswered);
    });
    ledger.connectedTcp(socket);
    const { localAddress = unknownHost, localPort = 0 } = socket;
    events.connected(hostPort(localAddress, localPort));
  }

  send(id: number, bytes: Uint8Array): SendResult {
    const socket = this.#open();
    if (socket === null) return 'closed';
    if (socket.writableLength > maxUnsentBytes) return 'full';
    this.#await({ id, at: monotonicMs(), left: bytes.length, isWhole: true, messages: 0 });
    this.#ledger.sent(bytes.length);
    socket.write(bytes);
    return 'sent';
  }

  /** A message that is sent between two parts is answered between theirs. */
  sendPart(id: number, bytes: Uint8Array, last: boolean, taken: () => void): boolean {
    const socket = this.#open();
    if (socket === null) return false;
    if (this.#inParts?.id !== id) this.#inParts = { id, at: monotonicMs() };
    const tail = this.#waiting.at(-1);
    if (tail?.id === id) {
      tail.left += bytes.length;
      tail.isWhole = last;
    } else this.#await({ ...this.#inParts, left: bytes.length, isWhole: last, messages: 0 });
    this.#ledger.sent(bytes.length);
    socket.write(bytes, (error) => {
      if (!error) taken();
    });
    return true;
  }

  finish(): boolean {
    const socket = this.#open();
    socket?.end();
    return socket !== null;
  }

  /** Bytes that wait are still sent; a connection that is still being set up is given up. */
  close(): void {
    this.#connecting.abort();
    this.#socket?.destroySoon();
  }

  reset(): void {
    this.#connecting.abort();
    if (this.#socket === null) return;
    this.#isReset = true;
    resetTcp(this.#socket);
  }

  #await(message: Waiting): void {
    if (this.#waiting.length < maxWaiting) {
      this.#waiting.push(message);
      return;
    }
    const last = this.#waiting.at(-1);
    if (last?.id === null) {
      last.left += message.left;
      last.messages += 1;
    } else this.#waiting.push({ ...message, id: null, messages: 1 });
  }

  /** The socket while it can send. */
  #open(): Socket | null {
    return this.#socket === null || this.#socket.destroyed || this.#socket.writableEnded ? null : this.#socket;
  }

  #receive(chunk: Buffer): void {
    const at = monotonicMs();
    this.#ledger.received(chunk.length);
    let from = 0;
    while (from < chunk.length) {
      const message = this.#waiting[0];
      const piece = chunk.subarray(from, from + (message?.left ?? chunk.length));
      from += piece.length;
      if (message === undefined) {
        this.#events.received(null, piece, null);
        continue;
      }
      message.left -= piece.length;
      if (message.left === 0) this.#waiting.shift();
      const isAnswered = message.id !== null && message.left === 0 && message.isWhole;
      this.#events.received(message.id, piece, isAnswered ? at - message.at : null);
    }
  }
}
