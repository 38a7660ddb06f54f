import type { Socket } from 'node:dgram';
import { connectUdp } from '../../../net/client-socket.ts';
import { clientFault } from '../../../text/fault.ts';
import { ConnectionOpener } from './connection-opener.ts';
import { EndOfTurnBatch } from './end-of-turn-batch.ts';
import type { LoadFailure } from './failure.ts';
import { Pattern, type Phase } from './pattern.ts';
import type { Load, Task } from './plan.ts';

/** A datagram that is not answered by then is lost, ms. */
const lossMs = 1000;
const checkMs = 100;
/** Late and repeated answers are recognised for so many datagrams before the last one. */
const remembered = 64;

/** One socket in ping-pong. */
interface Client {
  readonly number: number;
  readonly socket: Socket;
  readonly start: Phase;
  /** Datagrams. */
  sent: number;
  isWaiting: boolean;
  since: number;
  /** Datagrams that were given up: their answers may still come. */
  readonly lost: Set<number>;
}

/** Ping-pong over UDP: a datagram is sent when the one before it was answered, or given up. */
export class UdpLoad implements Load {
  readonly #task: Task;
  readonly #pattern: Pattern;
  readonly #clients = new Map<number, Client>();
  readonly #opener: ConnectionOpener;
  readonly #batch = new EndOfTurnBatch<Client>((client) => this.#send(client));
  #timer: NodeJS.Timeout | undefined;
  #isStarted = false;
  #isStopped = false;

  constructor(task: Task) {
    this.#task = task;
    this.#pattern = new Pattern(task.size, task.size);
    this.#opener = new ConnectionOpener(
      task.connections,
      task.share,
      (number) => this.#open(number),
      () => undefined,
    );
  }

  open(): Promise<void> {
    return this.#opener.run();
  }

  start(): void {
    this.#isStarted = true;
    this.#timer = setInterval(() => this.#giveUpLate(), checkMs);
    for (const client of this.#clients.values()) this.#send(client);
    if (this.#clients.size === 0) this.#task.finished();
  }

  stop(): void {
    this.#isStopped = true;
    this.#finishIfAnswered();
  }

  failUnanswered(silentMs: number): void {
    for (const client of this.#clients.values()) if (client.isWaiting) this.#giveUp(client, silentMs);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#opener.stop();
    for (const { socket } of this.#clients.values()) socket.close();
    this.#clients.clear();
  }

  #open(number: number): void {
    const { endpoint, host } = this.#task;
    const socket = connectUdp(host, endpoint.port);
    const start = Pattern.start(number);
    const client: Client = { number, socket, start, sent: 0, isWaiting: false, since: 0, lost: new Set() };
    this.#clients.set(number, client);
    socket.on('error', (error) => {
      if (!this.#clients.delete(number)) return;
      socket.close();
      this.#task.counters.fail({ type: 'fault', connection: number, fault: clientFault(error, endpoint) });
      this.#opener.ended(number, false);
      if (this.#isStopped) this.#finishIfAnswered();
      else if (this.#isStarted && this.#clients.size === 0) this.#task.finished();
    });
    socket.once('connect', () => this.#opener.ended(number, true));
    socket.on('message', (answer) => this.#receive(client, answer));
  }

  #phaseOf({ start }: Client, datagram: number): Phase {
    return Pattern.advance(start, (datagram - 1) * this.#task.size);
  }

  #send(client: Client): void {
    if (this.#isStopped || !this.#clients.has(client.number)) return;
    client.sent += 1;
    client.isWaiting = true;
    client.since = performance.now();
    client.socket.send(this.#pattern.piece(this.#phaseOf(client, client.sent)));
  }

  #isAnswer(answer: Buffer, client: Client, datagram: number): boolean {
    const { size } = this.#task;
    return answer.length === size && this.#pattern.matches(answer, size, this.#phaseOf(client, datagram));
  }

  #receive(client: Client, answer: Buffer): void {
    if (!client.isWaiting || !this.#isAnswer(answer, client, client.sent)) {
      this.#receiveUnexpected(client, answer);
      return;
    }
    const { counters } = this.#task;
    counters.recordLatency(performance.now() - client.since);
    counters.roundTrips += 1;
    counters.bytes += answer.length;
    this.#next(client);
  }

  /** A late or repeated answer, or a wrong one. */
  #receiveUnexpected(client: Client, answer: Buffer): void {
    const { counters } = this.#task;
    for (let datagram = client.sent; datagram > Math.max(0, client.sent - remembered); datagram--) {
      if (!this.#isAnswer(answer, client, datagram)) continue;
      // A late one was counted when it was given up.
      if (!client.lost.delete(datagram)) counters.fail({ type: 'repeated', connection: client.number, datagram });
      return;
    }
    counters.fail(this.#mismatch(client, answer));
    if (client.isWaiting) this.#next(client);
  }

  #mismatch(client: Client, answer: Buffer): LoadFailure {
    const { size } = this.#task;
    const { number: connection, sent: datagram } = client;
    const before = (datagram - 1) * size;
    if (!client.isWaiting) return { type: 'early', connection, offset: before + size };
    const phase = this.#phaseOf(client, datagram);
    const at = this.#pattern.difference(answer, Math.min(answer.length, size), phase);
    if (at === answer.length || at === size)
      return { type: 'length', connection, datagram, sent: size, received: answer.length };
    const sent = this.#pattern.bytes[phase + at] ?? 0;
    return { type: 'wrong', connection, offset: before + at, sent, received: answer[at] ?? 0 };
  }

  #giveUpLate(): void {
    const now = performance.now();
    for (const client of this.#clients.values()) {
      if (!client.isWaiting || now - client.since < lossMs) continue;
      this.#giveUp(client, lossMs);
      this.#next(client);
    }
  }

  #giveUp({ number, sent, lost }: Client, waitedMs: number): void {
    lost.add(sent);
    lost.delete(sent - remembered);
    this.#task.counters.fail({ type: 'lost', connection: number, datagram: sent, waitedMs });
  }

  #next(client: Client): void {
    client.isWaiting = false;
    if (this.#isStopped) this.#finishIfAnswered();
    else this.#batch.add(client);
  }

  #finishIfAnswered(): void {
    for (const { isWaiting } of this.#clients.values()) if (isWaiting) return;
    this.#task.finished();
  }
}
