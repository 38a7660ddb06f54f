import type { Socket } from 'node:dgram';
import type { EchoExpectation } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { resolveAddress } from '../../net/address.ts';
import { connectUdp } from '../../net/client-socket.ts';
import { type Endpoint, hostPort } from '../../text/endpoint.ts';
import { type Fault, faultOf } from '../../text/fault.ts';
import type { Link, LinkEvents, LinkLedger, SendResult } from './link.ts';
import { maxWaiting } from './reply-attribution.ts';

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

/** Messages without an answer in time that are remembered: their echo may still come. */
const maxLate = 100;

/**
 * A UDP socket of the embedded client. A datagram that equals a waiting message answers it. Any other answers the one that
 * has waited longest where an echo is `due`, else none; where nobody knows whether the server is an echo, it ends the
 * comparing. One that comes too late answers nothing. Without an echo to wait for, any datagram is the answer to all.
 */
export class UdpLink implements Link {
  /** Null until the name has been looked up. */
  #socket: Socket | null = null;
  readonly #endpoint: Endpoint;
  readonly #events: LinkEvents;
  readonly #ledger: LinkLedger;
  #waiting: Waiting[] = [];
  #late: Uint8Array[] = [];
  #expectation: EchoExpectation;
  #state: 'connecting' | 'connected' | 'closed' = 'connecting';
  #fault: Fault | null = null;

  constructor(endpoint: Endpoint, echo: EchoExpectation, events: LinkEvents, ledger: LinkLedger) {
    this.#expectation = echo;
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
    this.#ledger.sent(bytes);
    this.#socket.send(bytes, (error) => {
      if (error !== null) this.#fail(this.#faultOf(error));
    });
    return 'sent';
  }

  #await(id: number, bytes: Uint8Array): void {
    const timer = setTimeout(() => {
      this.#waiting = this.#waiting.filter((each) => each.id !== id);
      this.#late = [...this.#late.slice(1 - maxLate), bytes];
      this.#events.unanswered(id, answerTimeoutMs);
    }, answerTimeoutMs);
    this.#waiting.push({ id, at: monotonicMs(), bytes, timer });
  }

  sendPart(): boolean {
    return false;
  }

  expect(echo: EchoExpectation): void {
    this.#expectation = echo;
  }

  get compares(): boolean {
    return this.#expectation !== 'none';
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
      this.#events.gone(this.#fault, this.compares ? this.#waiting.length : 0);
    });
    socket.once('connect', () => {
      this.#state = 'connected';
      this.#ledger.connectedUdp(socket);
      const { address: host, port } = socket.address();
      this.#events.connected(hostPort(host, port));
    });
  }

  #receive(bytes: Buffer): void {
    this.#ledger.received(bytes);
    const equal = this.#waiting.find((each) => bytes.equals(each.bytes));
    const answered = equal ?? (this.#expectation === 'due' ? this.#waiting[0] : undefined);
    if (this.compares && answered !== undefined) {
      this.#settle([answered]);
      const roundTripMs = monotonicMs() - answered.at;
      this.#events.received({ id: answered.id, piece: bytes, roundTripMs, differs: null });
      return;
    }
    this.#events.received({ id: null, piece: bytes, roundTripMs: null, differs: null });
    const isLate = this.#late.some((each) => bytes.equals(each));
    const deviates = this.#expectation === 'unknown' && this.#waiting.length > 0 && !isLate;
    if (deviates) this.#expectation = 'none';
    if (!this.compares) this.#settle(this.#waiting);
    if (deviates) this.#events.deviated();
  }

  /** Messages that wait no more. */
  #settle(answered: readonly Waiting[]): void {
    for (const { timer } of answered) clearTimeout(timer);
    this.#waiting = this.#waiting.filter((each) => !answered.includes(each));
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
