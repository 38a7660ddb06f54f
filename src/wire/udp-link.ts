import { createSocket, type Socket } from 'node:dgram';
import type { Endpoint, Fault } from '../engine/protocol.ts';
import { monotonicMs } from '../ledger/clock.ts';
import { faultOf } from './fault.ts';
import { hostPort } from './host-port.ts';
import { type Link, type LinkEvents, mostWaiting, type Sending } from './link.ts';
import type { LinkLog } from './link-log.ts';

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
  readonly #socket: Socket;
  readonly #endpoint: Endpoint;
  readonly #events: LinkEvents;
  readonly #log: LinkLog;
  #waiting: Waiting[] = [];
  #state: 'connecting' | 'connected' | 'closed' = 'connecting';
  #fault: Fault | null = null;

  constructor(endpoint: Endpoint, events: LinkEvents, log: LinkLog) {
    this.#endpoint = endpoint;
    this.#events = events;
    this.#log = log;
    this.#socket = createSocket(endpoint.host.includes(':') ? 'udp6' : 'udp4');
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('message', (bytes) => this.#receive(bytes));
    this.#socket.on('close', () => {
      log.closed(this.#fault);
      events.gone(this.#fault, this.#forget());
    });
    this.#socket.connect(endpoint.port, endpoint.host, (error?: Error) => {
      if (error !== undefined) return this.#fail(error);
      this.#state = 'connected';
      log.connectedUdp(this.#socket);
      const { address, port } = this.#socket.address();
      events.connected(hostPort(address, port));
    });
  }

  send(id: number, bytes: Uint8Array): Sending {
    if (this.#state !== 'connected') return 'closed';
    if (this.#socket.getSendQueueSize() > mostUnsent) return 'full';
    if (this.#waiting.length < mostWaiting) this.#await(id, bytes);
    this.#log.sent(bytes.length);
    this.#socket.send(bytes, (error) => {
      if (error !== null) this.#fail(error);
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
    this.#socket.close();
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

  #fail(error: Error): void {
    this.#fault ??= faultOf(error, this.#state === 'connecting' ? 'connect' : 'send', this.#endpoint);
    this.close();
  }

  #forget(): number {
    for (const { timer } of this.#waiting) clearTimeout(timer);
    return this.#waiting.length;
  }
}
