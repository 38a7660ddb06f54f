import type { Socket } from 'node:net';
import type { EchoExpectation } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { resetTcp } from '../../net/client-socket.ts';
import { connectTcp, tcpSocket } from '../../net/connect.ts';
import { type Endpoint, hostPort, unknownHost } from '../../text/endpoint.ts';
import { clientFault, type Fault } from '../../text/fault.ts';
import type { Link, LinkEvents, LinkLedger, SendResult } from './link.ts';
import { ReplyAttribution } from './reply-attribution.ts';

const connectTimeoutMs = 5000;

/** Bytes that wait for the peer; while there are more, no message is sent. */
const maxUnsentBytes = 16 << 20;

/** A TCP connection of the embedded client. */
export class TcpLink implements Link {
  readonly #connecting = new AbortController();
  /** Null before it is connected. */
  #socket: Socket | null = null;
  readonly #events: LinkEvents;
  readonly #ledger: LinkLedger;
  readonly #replies: ReplyAttribution;
  #isReset = false;

  constructor(endpoint: Endpoint, echo: EchoExpectation, events: LinkEvents, ledger: LinkLedger) {
    this.#replies = new ReplyAttribution(echo);
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
      events.gone(fault, this.#replies.unanswered);
    });
    ledger.connectedTcp(socket);
    const { localAddress = unknownHost, localPort = 0 } = socket;
    events.connected(hostPort(localAddress, localPort));
  }

  send(id: number, bytes: Uint8Array): SendResult {
    const socket = this.#open();
    if (socket === null) return 'closed';
    if (socket.writableLength > maxUnsentBytes) return 'full';
    this.#replies.sent(id, bytes, monotonicMs(), true);
    this.#ledger.sent(bytes);
    socket.write(bytes);
    return 'sent';
  }

  /** A message that is sent between two parts is answered between theirs. */
  sendPart(id: number, bytes: Uint8Array, last: boolean, taken: () => void): boolean {
    const socket = this.#open();
    if (socket === null) return false;
    this.#replies.sent(id, bytes, monotonicMs(), last);
    this.#ledger.sent(bytes);
    socket.write(bytes, (error) => {
      if (!error) taken();
    });
    return true;
  }

  expect(echo: EchoExpectation): void {
    this.#replies.expect(echo);
  }

  get compares(): boolean {
    return this.#replies.compares;
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

  /** The socket while it can send. */
  #open(): Socket | null {
    return this.#socket === null || this.#socket.destroyed || this.#socket.writableEnded ? null : this.#socket;
  }

  #receive(chunk: Buffer): void {
    const at = monotonicMs();
    this.#ledger.received(chunk);
    const { compares } = this.#replies;
    for (const reply of this.#replies.received(chunk, at)) this.#events.received(reply);
    if (compares && !this.#replies.compares) this.#events.deviated();
  }
}
