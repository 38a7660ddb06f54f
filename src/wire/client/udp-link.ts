import type { Socket } from 'node:dgram';
import { monotonicMs } from '../../memory/clock.ts';
import { resolveAddress } from '../../net/address.ts';
import { connectUdp } from '../../net/client-socket.ts';
import { type Endpoint, hostPort } from '../../text/endpoint.ts';
import { type Fault, faultOf } from '../../text/fault.ts';
import { type Link, type LinkEvents, type LinkLedger, maxWaiting, type SendResult } from './link.ts';

interface Waiting {
  readonly id: number;
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly timer: NodeJS.Timeout;
}

/** How long a message waits for its answer, ms. */
const answerTimeoutMs = 1000;

/** Bytes that wait for the system; while there are more, no datagram is sent. */
const maxUnsentBytes = 4 << 20;

/**
 * A UDP socket of the embedded client. A datagram that equals a waiting message answers it; any other answers the one that
 * has waited longest. One that comes too late answers nothing.
 */
export class UdpLink implements Link {
  /** Null until the name has been looked up. */
  #socket: Socket | null = null;
  readonly #endpoint: Endpoint;
  readonly #events: LinkEvents;
  readonly #ledger: LinkLedger;
  #waiting: Waiting[] = [];
  #state: 'connecting' | 'connected' | 'closed' = 'connecting';
  #fault: Fault | null = null;

  constructor(endpoint: Endpoint, events: LinkEvents, ledger: LinkLedger) {
    this.#endpoint = endpoint;
    this.#events = events;
    this.#ledger = ledger;
    resolveAddress(endpoint).then(
      (address) => this.#open(address),
      (fault: Fault) => this.#fail(fault),
    );
  }

  send(id: number, bytes: Uint8Array): SendResult {
    if (this.#state !== 'connected' || this.#socket === null) return 'closed';
    if (this.#socket.getSendQueueSize() > maxUnsentBytes) return 'full';
    if (this.#waiting.length < maxWaiting) this.#await(id, bytes);
    this.#ledger.sent(bytes.length);
    this.#socket.send(bytes, (error) => {
      if (error !== null) this.#fail(this.#faultOf(error));
    });
    return 'sent';
  }

  #await(id: number, bytes: Uint8Array): void {
    const timer = setTimeout(() => {
      this.#waiting = this.#waiting.filter((each) => each.id !== id);
      this.#events.unanswered(id, answerTimeoutMs);
    }, answerTimeoutMs);
    this.#waiting.push({ id, at: monotonicMs(), bytes, timer });
  }

  sendPart(): boolean {
    return false;
  }

  /** UDP has no half-close. */
  finish(): boolean {
    return false;
  }

  /** UDP has no RST. */
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
    const socket = connectUdp(address, this.#endpoint.port);
    this.#socket = socket;
    socket.on('error', (error) => this.#fail(this.#faultOf(error)));
    socket.on('message', (bytes) => this.#receive(bytes));
    socket.on('close', () => {
      this.#ledger.closed(this.#fault);
      for (const { timer } of this.#waiting) clearTimeout(timer);
      this.#events.gone(this.#fault, this.#waiting.length);
    });
    socket.once('connect', () => {
      this.#state = 'connected';
      this.#ledger.connectedUdp(socket);
      const { address: host, port } = socket.address();
      this.#events.connected(hostPort(host, port));
    });
  }

  #receive(bytes: Buffer): void {
    this.#ledger.received(bytes.length);
    const answered = this.#waiting.find((each) => bytes.equals(each.bytes)) ?? this.#waiting[0];
    if (answered === undefined) {
      this.#events.received(null, bytes, null);
      return;
    }
    clearTimeout(answered.timer);
    this.#waiting = this.#waiting.filter((each) => each !== answered);
    this.#events.received(answered.id, bytes, monotonicMs() - answered.at);
  }

  /** An ICMP error answers what was sent, though recv(2) may be the call that reports it. */
  #faultOf(error: Error): Fault {
    return faultOf(error, this.#state === 'connecting' ? 'connect' : 'send', this.#endpoint);
  }

  #fail(fault: Fault): void {
    this.#fault ??= fault;
    this.close();
  }
}
