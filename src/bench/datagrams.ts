import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { faultOf } from '../wire/fault.ts';
import type { Load, Task } from './load.ts';
import { Opening } from './opening.ts';
import { Pattern, type Phase } from './pattern.ts';
import { stageOf } from './stage.ts';
import type { Trouble } from './trouble.ts';
import { Turn } from './turn.ts';

/** A datagram that is not answered by then is lost, ms. */
const lossMs = 1000;
const sweepMs = 100;
/** Answers that come late or twice are known among so many datagrams before the last one. */
const remembered = 64;

/** One socket in ping-pong. */
interface Asker {
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
export class Datagrams implements Load {
  readonly #task: Task;
  readonly #pattern: Pattern;
  readonly #askers = new Map<number, Asker>();
  readonly #opening: Opening;
  readonly #turn = new Turn<Asker>((asker) => this.#ask(asker));
  #sweep: NodeJS.Timeout | undefined;
  #started = false;
  #stopped = false;

  constructor(task: Task) {
    this.#task = task;
    this.#pattern = new Pattern(task.size, task.size);
    this.#opening = new Opening(
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
    const asker: Asker = { number, socket, start, asked: 0, waiting: false, since: 0, lost: new Set() };
    this.#askers.set(number, asker);
    socket.on('error', (error) => {
      if (!this.#askers.delete(number)) return;
      socket.close();
      this.#task.tally.tell({ type: 'fault', connection: number, fault: faultOf(error, stageOf(error), endpoint) });
      this.#opening.ended(number, false);
      if (this.#stopped) this.#settled();
      else if (this.#started && this.#askers.size === 0) this.#task.idle();
    });
    socket.once('connect', () => this.#opening.ended(number, true));
    socket.on('message', (answer) => this.#answered(asker, answer));
    socket.connect(endpoint.port, host);
  }

  #phaseOf({ start }: Asker, datagram: number): Phase {
    return Pattern.advance(start, (datagram - 1) * this.#task.size);
  }

  #ask(asker: Asker): void {
    if (this.#stopped || !this.#askers.has(asker.number)) return;
    asker.asked += 1;
    asker.waiting = true;
    asker.since = performance.now();
    asker.socket.send(this.#pattern.piece(this.#phaseOf(asker, asker.asked)));
  }

  #isAnswer(answer: Buffer, asker: Asker, datagram: number): boolean {
    const { size } = this.#task;
    return answer.length === size && this.#pattern.matches(answer, size, this.#phaseOf(asker, datagram));
  }

  #answered(asker: Asker, answer: Buffer): void {
    if (!asker.waiting || !this.#isAnswer(answer, asker, asker.asked)) {
      this.#strayed(asker, answer);
      return;
    }
    const { tally } = this.#task;
    tally.took(performance.now() - asker.since);
    tally.roundTrips += 1;
    tally.bytes += answer.length;
    this.#next(asker);
  }

  /** What came is no answer to the last datagram, or one more. */
  #strayed(asker: Asker, answer: Buffer): void {
    for (let datagram = asker.asked; datagram > Math.max(0, asker.asked - remembered); datagram--) {
      if (!this.#isAnswer(answer, asker, datagram)) continue;
      // It was counted when it was given up.
      if (!asker.lost.delete(datagram)) this.#task.tally.tell({ type: 'repeated', connection: asker.number, datagram });
      return;
    }
    this.#task.tally.tell(this.#wrong(asker, answer));
    if (asker.waiting) this.#next(asker);
  }

  #wrong(asker: Asker, answer: Buffer): Trouble {
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

  #lose(asker: Asker, waitedMs: number): void {
    asker.lost.add(asker.asked);
    asker.lost.delete(asker.asked - remembered);
    this.#task.tally.tell({ type: 'lost', connection: asker.number, datagram: asker.asked, waitedMs });
  }

  #next(asker: Asker): void {
    asker.waiting = false;
    if (this.#stopped) this.#settled();
    else this.#turn.add(asker);
  }

  #settled(): void {
    for (const { waiting } of this.#askers.values()) if (waiting) return;
    this.#task.idle();
  }
}
