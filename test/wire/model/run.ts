import type { Engine } from '../../../src/engine/engine.ts';
import { monotonicMs } from '../../../src/memory/clock.ts';
import type { Discipline, Totals } from '../../../src/memory/ledger/row.ts';
import type { Transport } from '../../../src/text/endpoint.ts';
import { TcpPeer, UdpClient } from './peers.ts';
import type { Limits } from './program.ts';
import { type Quiet, untilQuiet } from './quiet.ts';
import { Rows } from './rows.ts';
import { type Origin, type Step, told } from './step.ts';
import { TcpActor } from './tcp-actor.ts';
import { UdpActor } from './udp-actor.ts';

/** A server that programs are played against, one after the other. */
export interface TestServer {
  readonly engine: Engine;
  readonly limits: Limits;
  readonly port: (transport: Transport, origin: Origin) => number;
}

type Actor = TcpActor | UdpActor;

/** Plays one program against a real server, and compares each client and each counter with the model. */
export class Run {
  readonly #server: TestServer;
  readonly #rows: Rows;
  readonly #before: Totals;
  readonly #actors = new Map<number, Actor>();
  /** Those whose place another has taken. */
  readonly #gone: Actor[] = [];
  /** The steps that were taken, as a story. */
  readonly story: string[] = [];
  #discipline: Discipline = 'chunk';
  #refused = 0;
  #isSilent = false;

  constructor(server: TestServer) {
    this.#server = server;
    this.#rows = new Rows(server.engine);
    this.#before = this.#rows.refresh().totals;
  }

  /**
   * Rejects where something is not as the model says. Resolves to false where it was overtaken: the machine was so slow
   * that the idle timeout came first.
   */
  async play(steps: readonly Step[]): Promise<boolean> {
    try {
      for (const step of steps) await this.#take(step);
      await this.#finish();
      return true;
    } catch (error) {
      if (this.#isOvertaken()) return false;
      throw error;
    } finally {
      for (const actor of [...this.#actors.values(), ...this.#gone]) actor.close();
    }
  }

  /** A connection was rightly taken for idle before all were to be. */
  #isOvertaken(): boolean {
    const { idleTimeoutMs } = this.#server.limits;
    if (idleTimeoutMs === null || this.#isSilent) return false;
    return [...this.#actors.values(), ...this.#gone].some(({ watched: { row } }) => {
      const silentMs = (row?.at.close ?? 0) - (row?.activeAt ?? 0);
      return (row?.how === 'idle' || row?.how === 'expired') && silentMs >= idleTimeoutMs;
    });
  }

  async #take(step: Step): Promise<void> {
    if (step.do === 'connect') return this.#connect(step);
    if (step.do === 'settle') {
      this.story.push(told(step));
      return this.#quiet();
    }
    if (step.do === 'write' && this.#actors.get(step.who) instanceof UdpActor && step.pieces.length > 1) {
      for (const piece of step.pieces) await this.#take({ ...step, pieces: [piece] });
      return;
    }
    if (step.do === 'silence' || step.who === null) return this.#all(step);
    const actor = this.#actors.get(step.who);
    if (actor === undefined || !actor.can(step)) return;
    const mayEnter =
      actor instanceof UdpActor && step.do === 'write' && !actor.open.surely && this.#server.limits.isTight;
    if (mayEnter) {
      await this.#quiet();
      if (!this.#isCounted()) return;
    }
    if (actor.needsQuiet(step)) await this.#quiet([step.who]);
    if (!actor.can(step)) return;
    this.story.push(told(step));
    if (actor.do(step)) await this.#quiet([step.who]);
  }

  /** A step that everybody takes part in, or nobody. */
  async #all(step: Step): Promise<void> {
    await this.#quiet();
    const actors = [...this.#actors.values()];
    if (!actors.every((actor) => actor.can(step))) return;
    this.story.push(told(step));
    for (const actor of actors) actor.do(step);
    if (step.do === 'silence') this.#isSilent = true;
    if (step.do === 'discipline') {
      this.#discipline = step.discipline;
      this.#server.engine.tellConnection(null, { type: 'discipline', discipline: step.discipline });
    }
    if (step.do === 'own') this.#server.engine.tellConnection(null, { type: 'write', bytes: step.bytes });
    await this.#obeyed();
    await this.#quiet();
  }

  async #connect(step: Extract<Step, { do: 'connect' }>): Promise<void> {
    const { who, transport, origin } = step;
    const { isTight } = this.#server.limits;
    if (isTight) await this.#quiet();
    const former = this.#actors.get(who);
    if (former !== undefined && !former.isOver) return;
    if (isTight && !this.#isCounted()) return;
    this.story.push(told(step));
    const port = this.#server.port(transport, origin);
    if (transport === 'udp') {
      const client = await UdpClient.open(
        port,
        origin,
        (['127.0.0.1', '::1'] as const).map((each) => this.#server.port('udp', each)),
      );
      const admission = {
        isOpen: () => origin !== 'denied' && this.#maxOpen() < this.#server.limits.maxConnections,
        discipline: () => this.#discipline,
        refused: () => {
          this.#refused++;
        },
      };
      this.#enter(
        who,
        new UdpActor(this.#server.engine, client, admission, (peer) => this.#rows.watch(transport, peer)),
      );
      return;
    }
    const isRefused = origin === 'denied' || this.#maxOpen() >= this.#server.limits.maxConnections;
    const since = monotonicMs();
    const peer = await TcpPeer.open(port, origin);
    if (isRefused) {
      this.#refused++;
      try {
        await untilQuiet(() =>
          peer.ended === 'RST' && peer.length === 0 ? this.#totalsFault() : 'it is not turned away',
        );
      } finally {
        peer.vanish();
      }
      return;
    }
    const watched = this.#rows.watch(transport, peer.local, since);
    const actor = new TcpActor(this.#server.engine, this.#server.limits, peer, watched, this.#discipline);
    this.#enter(who, actor);
    await this.#quiet([who]);
  }

  #enter(who: number, actor: Actor): void {
    const former = this.#actors.get(who);
    if (former !== undefined) this.#gone.push(former);
    this.#actors.set(who, actor);
  }

  /** Waits until these clients, or all, are as they must be. */
  async #quiet(whose: readonly number[] = [...this.#actors.keys()]): Promise<void> {
    const actors = whose.flatMap((who) => {
      const actor = this.#actors.get(who);
      return actor === undefined ? [] : [{ who, actor }];
    });
    if (actors.some(({ actor }) => actor instanceof TcpActor && actor.isUnseen)) await this.#obeyed();
    const fault: Quiet = () => {
      this.#rows.refresh();
      for (const { who, actor } of actors) {
        const wrong = actor.fault();
        if (wrong !== null) return `client ${who}: ${wrong}`;
      }
      const { discipline, totals } = this.#rows.refresh();
      if (totals.refused - this.#before.refused !== this.#refused)
        return `refused in all is ${totals.refused - this.#before.refused}, must be ${this.#refused}`;
      return discipline === this.#discipline ? null : 'new connections are not echoed as told';
    };
    await untilQuiet(fault, this.#server.limits.idleTimeoutMs ?? 0);
    for (const { actor } of actors) actor.settle();
  }

  /** Waits until every thread has obeyed all commands so far: to open no listener is one of them, and is answered. */
  async #obeyed(): Promise<void> {
    await this.#server.engine.listen([]);
  }

  async #finish(): Promise<void> {
    for (let isOver = false; !isOver; ) {
      await this.#quiet();
      isOver = true;
      for (const [who, actor] of this.#actors) {
        const step = actor.next(who);
        if (step === null) continue;
        isOver = false;
        await this.#take(step);
      }
    }
    for (const [who, actor] of this.#actors) {
      const wrong = actor.lastFault();
      if (wrong !== null) throw new Error(`client ${who}: ${wrong}`);
    }
    for (const actor of this.#gone) {
      const wrong = actor.lastFault();
      if (wrong !== null) throw new Error(`a client before: ${wrong}`);
    }
    this.#server.engine.tellConnection(null, { type: 'discipline', discipline: 'chunk' });
    this.#discipline = 'chunk';
    await untilQuiet(() => this.#totalsFault());
    await this.#quiet([]);
  }

  #totalsFault(): string | null {
    const { totals } = this.#rows.refresh();
    const everybody = [...this.#actors.values(), ...this.#gone];
    const sum = (of: (actor: Actor) => number): number => everybody.reduce((total, actor) => total + of(actor), 0);
    const past = (actor: Actor): { rows: number; in: number; out: number } =>
      actor instanceof UdpActor ? actor.past : { rows: 0, in: 0, out: 0 };
    const wanted = {
      served: sum((actor) => past(actor).rows + (actor.watched.row === null ? 0 : 1)),
      refused: this.#refused,
      bytesIn: sum((actor) => past(actor).in + (actor.watched.row?.bytesIn ?? 0)),
      bytesOut: sum((actor) => past(actor).out + (actor.watched.row?.bytesOut ?? 0)),
    };
    for (const name of ['served', 'refused', 'bytesIn', 'bytesOut'] as const) {
      const value = totals[name] - this.#before[name];
      if (value !== wanted[name]) return `${name} in all is ${value}, must be ${wanted[name]}`;
    }
    const { surely, maybe } = this.#openRange();
    return totals.open >= surely && totals.open <= maybe
      ? null
      : `open is ${totals.open}, must be ${surely} to ${maybe}`;
  }

  #openRange(): { readonly surely: number; readonly maybe: number } {
    const opens = [...this.#actors.values(), ...this.#gone].map(({ open }) => open);
    return { surely: opens.filter(({ surely }) => surely).length, maybe: opens.filter(({ maybe }) => maybe).length };
  }

  #maxOpen(): number {
    return this.#openRange().maybe;
  }

  /** It is known how many are open. */
  #isCounted(): boolean {
    const { surely, maybe } = this.#openRange();
    return surely === maybe;
  }
}
