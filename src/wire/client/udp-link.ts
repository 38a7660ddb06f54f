import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { monotonicMs } from '../../memory/clock.ts';
import { type Endpoint, hostPort } from '../../text/endpoint.ts';
import type { Fault } from '../../text/fault.ts';

import { faultOf } from '../../text/system-error.ts';
import { resolveAddress } from '../transport/address.ts';
import { type Link, type LinkEvents, maxWaiting, type SendResult } from './link.ts';
import type { LinkLedger } from './link-ledger.ts';

interface Waiting {
  readonly id: number;
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly timer: NodeJS.Timeout;
}

/** How long an answer is waited for, ms. */
const patienceMs = 1000;

/** Where so many bytes wait for the system, no datagram is put behind them. */
const mostUnsent = 4 << 20;

/**
 * A UDP socket of the embedded client, connected so that an ICMP answer (nothing listens there) is told as an error.
 * A datagram that equals a waiting message answers it; any other answers the one that has waited longest. One that
 * comes too late answers nothing.
 */
export class UdpLink implements Link {
  /** Null until its name has been looked up: a UDP socket is of one family from the start. */
  #socket: Socket | null = null;
  readonly #endpoint: Endpoint;
  readonly #events: LinkEvents;
  readonly #log: LinkLedger;
  #waiting: Waiting[] = [];
  #state: 'connecting' | 'connected' | 'closed' = 'connecting';
  #fault: Fault | null = null;

  constructor(endpoint: Endpoint, events: LinkEvents, log: LinkLedger) {
    this.#endpoint = endpoint;
    this.#events = events;
    this.#log = log;
    resolveAddress(endpoint, 'connect').then(
      (address) => this.#open(address),
      (fault: Fault) => this.#fail(fault),
    );
  }

  send(id: number, bytes: Uint8Array): SendResult {
    if (this.#state !== 'connected' || this.#socket === null) return 'closed';
    if (this.#socket.getSendQueueSize() > mostUnsent) return 'full';
    if (this.#waiting.length < maxWaiting) this.#await(id, bytes);
    this.#log.sent(bytes.length);
    this.#socket.send(bytes, (error) => {
      if (error !== null) this.#fail(this.#faultOf(error));
    });
    return 'sent';
  }

  #await(id: number, bytes: Uint8Array): void {
    const timer = setTimeout(() => {
      this.#waiting = this.#waiting.filter((each) => each.id !== id);
      this.#events.unanswered(id, patienceMs);
    }, patienceMs);
    this.#waiting.push({ id, at: monotonicMs(), bytes, timer });
  }

  sendPart(): boolean {
    return false;
  }

  /** UDP knows no half-close. */
  finish(): boolean {
    return false;
  }

  /** UDP knows no RST. */
  reset(): void {
    this.close();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    if (this.#socket !== null) this.#socket.close();
    else this.#events.gone(this.#fault, 0);
  }

  #open(address: string): void {
    if (this.#state === 'closed') return;
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    this.#socket = socket;
    socket.on('error', (error) => this.#fail(this.#faultOf(error)));
    socket.on('message', (bytes) => this.#receive(bytes));
    socket.on('close', () => {
      this.#log.closed(this.#fault);
      this.#events.gone(this.#fault, this.#forget());
    });
    socket.connect(this.#endpoint.port, address, (error?: Error) => {
      if (error !== undefined) return this.#fail(this.#faultOf(error));
      this.#state = 'connected';
      this.#log.connectedUdp(socket);
      const { address: host, port } = socket.address();
      this.#events.connected(hostPort(host, port));
    });
  }

  #receive(bytes: Buffer): void {
    this.#log.received(bytes.length);
    const answered = this.#waiting.find((each) => bytes.equals(each.bytes)) ?? this.#waiting[0];
    if (answered === undefined) {
      this.#events.received(null, bytes, null);
      return;
    }
    clearTimeout(answered.timer);
    this.#waiting = this.#waiting.filter((each) => each !== answered);
    this.#events.received(answered.id, bytes, monotonicMs() - answered.at);
  }

  #faultOf(error: Error): Fault {
    return faultOf(error, this.#state === 'connecting' ? 'connect' : 'send', this.#endpoint);
  }

  #fail(fault: Fault): void {
    this.#fault ??= fault;
    this.close();
  }

  #forget(): number {
    for (const { timer } of this.#waiting) clearTimeout(timer);
    return this.#waiting.length;
  }
}
