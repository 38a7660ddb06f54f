import { connect, type Socket } from 'node:net';
import { monotonicMs } from '../../memory/clock.ts';
import { type Endpoint, hostPort } from '../../text/endpoint.ts';
import type { Fault, Stage } from '../../text/fault.ts';

import { faultOf } from '../../text/system-error.ts';
import { resetSocket } from '../transport/net-socket.ts';
import { type Link, type LinkEvents, maxWaiting, type SendResult } from './link.ts';
import type { LinkLedger } from './link-ledger.ts';

/**
 * A message on its way, or a stretch of one: how many bytes of its answer are still to come, and when the message began
 * to be handed to the kernel.
 */
interface Waiting {
  /** Null: several messages, too many to tell their answers apart. */
  readonly id: number | null;
  readonly at: number;
  left: number;
  /** Nothing more of the message follows. */
  isWhole: boolean;
  /** How many they are, where they are several. */
  messages: number;
}

const connectTimeoutMs = 5000;

/** Where so many bytes wait for the peer, no message is put behind them. */
const mostUnsent = 16 << 20;

/**
 * A TCP connection of the embedded client. An echo returns the bytes in their order, so an answer belongs to a message
 * by its position in the stream, and a message is answered when its last byte has come back.
 */
export class TcpLink implements Link {
  readonly #socket: Socket;
  readonly #events: LinkEvents;
  readonly #log: LinkLedger;
  readonly #waiting: Waiting[] = [];
  #isReset = false;
  /** The message that goes in parts now. */
  #begun: { readonly id: number; readonly at: number } | null = null;

  constructor(endpoint: Endpoint, events: LinkEvents, log: LinkLedger) {
    this.#events = events;
    this.#log = log;
    const socket = connect({ host: endpoint.host, port: endpoint.port, allowHalfOpen: true, noDelay: true });
    this.#socket = socket;
    let stage: Stage = 'connect';
    let fault: Fault | null = null;
    const timeout = setTimeout(
      () => socket.destroy(Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' })),
      connectTimeoutMs,
    );
    socket.on('connect', () => {
      clearTimeout(timeout);
      stage = 'recv';
      log.connectedTcp(socket);
      const { localAddress = '?', localPort = 0 } = socket;
      events.connected(hostPort(localAddress, localPort));
    });
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('finish', () => log.finished());
    socket.on('end', () => {
      log.ended();
      events.ended();
      socket.end();
    });
    socket.on('error', (error) => {
      const inWrite = stage === 'recv' && 'syscall' in error && error.syscall === 'write';
      fault = faultOf(error, inWrite ? 'send' : stage, endpoint);
    });
    socket.on('close', () => {
      clearTimeout(timeout);
      log.closed(fault, this.#isReset);
      const known = new Set(this.#waiting.flatMap(({ id }) => id ?? []));
      events.gone(
        fault,
        this.#waiting.reduce((sum, { messages }) => sum + messages, known.size),
      );
    });
  }

  send(id: number, bytes: Uint8Array): SendResult {
    if (!this.#isOpen()) return 'closed';
    if (this.#socket.writableLength > mostUnsent) return 'full';
    this.#await({ id, at: monotonicMs(), left: bytes.length, isWhole: true, messages: 0 });
    this.#log.sent(bytes.length);
    this.#socket.write(bytes);
    return 'sent';
  }

  /** A message that is sent between two parts is answered between theirs. */
  sendPart(id: number, bytes: Uint8Array, last: boolean, taken: () => void): boolean {
    if (!this.#isOpen()) return false;
    if (this.#begun?.id !== id) this.#begun = { id, at: monotonicMs() };
    const tail = this.#waiting.at(-1);
    if (tail?.id === id) {
      tail.left += bytes.length;
      tail.isWhole = last;
    } else this.#await({ ...this.#begun, left: bytes.length, isWhole: last, messages: 0 });
    this.#log.sent(bytes.length);
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

  /** What is on its way is still sent; a connection still being set up is given up. */
  close(): void {
    if (this.#socket.connecting) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  reset(): void {
    if (this.#socket.connecting) this.#socket.destroy();
    else {
      this.#isReset = true;
      resetSocket(this.#socket);
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
    this.#log.received(chunk.length);
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
