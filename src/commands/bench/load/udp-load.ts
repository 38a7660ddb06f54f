import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { clientFault } from '../../../text/system-error.ts';
import { ConnectionOpener } from './connection-opener.ts';
import type { LoadFailure } from './failure.ts';
import { Pattern, type Phase } from './pattern.ts';
import type { Load, Task } from './plan.ts';
import { EndOfTurnBatch } from './tcp-load.ts';

/** A datagram that is not answered by then is lost, ms. */
const lossMs = 1000;
const sweepMs = 100;
/** Answers that come late or twice are known among so many datagrams before the last one. */
const remembered = 64;

/** One socket in ping-pong. */
interface UdpClient {
  readonly number: number;
  readonly socket: Socket;
  readonly start: Phase;
  /** Datagrams sent. */
  asked: number;
  waiting: boolean;
  since: number;
  /** Those that were given up: their answers may still come. */
  readonly lost: Set<number>;
}

/** Ping-pong over UDP: a datagram goes out when the one before it was answered, or given up. */
export class UdpLoad implements Load {
  readonly #task: Task;
  readonly #pattern: Pattern;
  readonly #askers = new Map<number, UdpClient>();
  readonly #opening: ConnectionOpener;
  readonly #turn = new EndOfTurnBatch<UdpClient>((asker) => this.#ask(asker));
  #sweep: NodeJS.Timeout | undefined;
  #started = false;
  #stopped = false;

  constructor(task: Task) {
    this.#task = task;
    this.#pattern = new Pattern(task.size, task.size);
    this.#opening = new ConnectionOpener(
      task.connections,
      task.part,
      (number) => this.#open(number),
      () => undefined,
    );
  }

  open(): Promise<void> {
    return this.#opening.run();
  }

  start(): void {
    this.#started = true;
    this.#sweep = setInterval(() => this.#giveUp(), sweepMs);
    for (const asker of this.#askers.values()) this.#ask(asker);
    if (this.#askers.size === 0) this.#task.idle();
  }

  stop(): void {
    this.#stopped = true;
    this.#settled();
  }

  settle(silentMs: number): void {
    for (const asker of this.#askers.values()) if (asker.waiting) this.#lose(asker, silentMs);
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#opening.stop();
    for (const { socket } of this.#askers.values()) socket.close();
    this.#askers.clear();
  }

  #open(number: number): void {
    const { endpoint, host } = this.#task;
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    const start = Pattern.start(number);
    const asker: UdpClient = { number, socket, start, asked: 0, waiting: false, since: 0, lost: new Set() };
    this.#askers.set(number, asker);
    socket.on('error', (error) => {
      if (!this.#askers.delete(number)) return;
      socket.close();
      this.#task.counters.fail({ type: 'fault', connection: number, fault: clientFault(error, endpoint) });
      this.#opening.ended(number, false);
      if (this.#stopped) this.#settled();
      else if (this.#started && this.#askers.size === 0) this.#task.idle();
    });
    socket.once('connect', () => this.#opening.ended(number, true));
    socket.on('message', (answer) => this.#answered(asker, answer));
    socket.connect(endpoint.port, host);
  }

  #phaseOf({ start }: UdpClient, datagram: number): Phase {
    return Pattern.advance(start, (datagram - 1) * this.#task.size);
  }

  #ask(asker: UdpClient): void {
    if (this.#stopped || !this.#askers.has(asker.number)) return;
    asker.asked += 1;
    asker.waiting = true;
    asker.since = performance.now();
    asker.socket.send(this.#pattern.piece(this.#phaseOf(asker, asker.asked)));
  }

  #isAnswer(answer: Buffer, asker: UdpClient, datagram: number): boolean {
    const { size } = this.#task;
    return answer.length === size && this.#pattern.matches(answer, size, this.#phaseOf(asker, datagram));
  }

  #answered(asker: UdpClient, answer: Buffer): void {
    if (!asker.waiting || !this.#isAnswer(answer, asker, asker.asked)) {
      this.#strayed(asker, answer);
      return;
    }
    const { counters } = this.#task;
    counters.recordLatency(performance.now() - asker.since);
    counters.roundTrips += 1;
    counters.bytes += answer.length;
    this.#next(asker);
  }

  /** What came is no answer to the last datagram, or one more. */
  #strayed(asker: UdpClient, answer: Buffer): void {
    for (let datagram = asker.asked; datagram > Math.max(0, asker.asked - remembered); datagram--) {
      if (!this.#isAnswer(answer, asker, datagram)) continue;
      // It was counted when it was given up.
      if (!asker.lost.delete(datagram))
        this.#task.counters.fail({ type: 'repeated', connection: asker.number, datagram });
      return;
    }
    this.#task.counters.fail(this.#wrong(asker, answer));
    if (asker.waiting) this.#next(asker);
  }

  #wrong(asker: UdpClient, answer: Buffer): LoadFailure {
    const { size } = this.#task;
    const { number, asked } = asker;
    const before = (asked - 1) * size;
    if (!asker.waiting) return { type: 'early', connection: number, offset: before + size };
    const phase = this.#phaseOf(asker, asked);
    const at = this.#pattern.difference(answer, Math.min(answer.length, size), phase);
    if (at === answer.length || at === size)
      return { type: 'length', connection: number, datagram: asked, sent: size, received: answer.length };
    const sent = this.#pattern.bytes[phase + at] ?? 0;
    return { type: 'wrong', connection: number, offset: before + at, sent, received: answer[at] ?? 0 };
  }

  #giveUp(): void {
    const now = performance.now();
    for (const asker of this.#askers.values()) {
      if (!asker.waiting || now - asker.since < lossMs) continue;
      this.#lose(asker, lossMs);
      this.#next(asker);
    }
  }

  #lose(asker: UdpClient, waitedMs: number): void {
    asker.lost.add(asker.asked);
    asker.lost.delete(asker.asked - remembered);
    this.#task.counters.fail({ type: 'lost', connection: asker.number, datagram: asker.asked, waitedMs });
  }

  #next(asker: UdpClient): void {
    asker.waiting = false;
    if (this.#stopped) this.#settled();
    else this.#turn.add(asker);
  }

  #settled(): void {
    for (const { waiting } of this.#askers.values()) if (waiting) return;
    this.#task.idle();
  }
}
