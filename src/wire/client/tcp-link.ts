import type { Socket } from 'node:net';
import { monotonicMs } from '../../memory/clock.ts';
import { connectTcp, resetTcp } from '../../net/client-socket.ts';
import { type Endpoint, hostPort, unknownHost } from '../../text/endpoint.ts';
import { clientFault, type Fault, type Stage } from '../../text/fault.ts';
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
  readonly #socket: Socket;
  readonly #events: LinkEvents;
  readonly #ledger: LinkLedger;
  readonly #waiting: Waiting[] = [];
  #isReset = false;
  /** The message that is being sent in parts. */
  #inParts: { readonly id: number; readonly at: number } | null = null;

  constructor(endpoint: Endpoint, events: LinkEvents, ledger: LinkLedger) {
    this.#events = events;
    this.#ledger = ledger;
    const socket = connectTcp({ host: endpoint.host, port: endpoint.port, timeoutMs: connectTimeoutMs });
    this.#socket = socket;
    let stage: Stage = 'connect';
    let fault: Fault | null = null;
    socket.on('connect', () => {
      stage = 'recv';
      ledger.connectedTcp(socket);
      const { localAddress = unknownHost, localPort = 0 } = socket;
      events.connected(hostPort(localAddress, localPort));
    });
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('finish', () => ledger.finished());
    socket.on('end', () => {
      ledger.ended();
      events.ended();
      socket.end();
    });
    socket.on('error', (error) => {
      fault = clientFault(error, endpoint, stage);
    });
    socket.on('close', () => {
      ledger.closed(fault, this.#isReset);
      const known = new Set(this.#waiting.flatMap(({ id }) => id ?? []));
      const unanswered = this.#waiting.reduce((sum, { messages }) => sum + messages, known.size);
      events.gone(fault, unanswered);
    });
  }

  send(id: number, bytes: Uint8Array): SendResult {
    if (!this.#isOpen()) return 'closed';
    if (this.#socket.writableLength > maxUnsentBytes) return 'full';
    this.#await({ id, at: monotonicMs(), left: bytes.length, isWhole: true, messages: 0 });
    this.#ledger.sent(bytes.length);
    this.#socket.write(bytes);
    return 'sent';
  }

  /** A message that is sent between two parts is answered between theirs. */
  sendPart(id: number, bytes: Uint8Array, last: boolean, taken: () => void): boolean {
    if (!this.#isOpen()) return false;
    if (this.#inParts?.id !== id) this.#inParts = { id, at: monotonicMs() };
    const tail = this.#waiting.at(-1);
    if (tail?.id === id) {
      tail.left += bytes.length;
      tail.isWhole = last;
    } else this.#await({ ...this.#inParts, left: bytes.length, isWhole: last, messages: 0 });
    this.#ledger.sent(bytes.length);
    this.#socket.write(bytes, (error) => {
      if (!error) taken();
    });
    return true;
  }

  finish(): boolean {
    if (!this.#isOpen()) return false;
    this.#socket.end();
    return true;
  }

  /** Bytes that wait are still sent; a connection that is still being set up is given up. */
  close(): void {
    if (this.#socket.connecting) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  reset(): void {
    if (this.#socket.connecting) this.#socket.destroy();
    else {
      this.#isReset = true;
      resetTcp(this.#socket);
    }
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

  #isOpen(): boolean {
    return !this.#socket.destroyed && !this.#socket.connecting && !this.#socket.writableEnded;
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
