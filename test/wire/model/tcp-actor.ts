import type { Engine } from '../../../src/engine/engine.ts';
import type { Discipline } from '../../../src/memory/ledger/row.ts';
import { total } from './interleaving.ts';
import type { TcpPeer } from './peers.ts';
import type { Limits } from './program.ts';
import type { Watched } from './rows.ts';
import type { Step } from './step.ts';
import {
  connected,
  idles,
  isCertain,
  isCongested,
  isDim,
  peerFins,
  peerLeaves,
  peerWrites,
  type TcpModel,
  weAct,
  weChange,
  weSend,
} from './tcp-model.ts';
import { contentFault, faultOf, type Seen, settled } from './verdict.ts';

/** Bytes that may wait for a peer and do not keep our own from it, less what one read brings. */
const surelyKept = 900_000;

/** One TCP client of a program: the real one, and the model of it. */
export class TcpActor {
  readonly #engine: Engine;
  readonly #limits: Limits;
  readonly #peer: TcpPeer;
  readonly watched: Watched;
  model: TcpModel;
  /** Bytes that may have been set free at once since all was quiet. */
  #mostHeld = 0;
  /**
   * Who did something since all was quiet: the peer, we by a command that changes the connection, or by one that sends
   * bytes of our own. A command and what the peer does meanwhile may be seen in either order, and a FIN in between.
   */
  readonly #active = new Set<'peer' | 'us' | 'own'>();

  constructor(engine: Engine, limits: Limits, peer: TcpPeer, watched: Watched, discipline: Discipline) {
    this.#engine = engine;
    this.#limits = limits;
    this.#peer = peer;
    this.watched = watched;
    this.model = connected(discipline);
  }

  /** Whether it is surely open, or may be. */
  get open(): { readonly surely: boolean; readonly maybe: boolean } {
    const isVague = isCongested(this.model) || isDim(this.model);
    return { surely: this.model.end === null && !isVague, maybe: this.model.end === null || isVague };
  }

  /** Nothing more can happen to it. */
  get isOver(): boolean {
    return this.#active.size === 0 && !this.open.maybe && !this.can({ do: 'read again', who: 0 });
  }

  /** Whether a step makes sense now. */
  can(step: Step): boolean {
    const { end, peerFin, isReading, isPaused, isClosing, ourFin, discipline } = this.model;
    const isOpen = end === null;
    switch (step.do) {
      case 'write':
      case 'fin':
        return isOpen && peerFin === 'none';
      case 'stop reading':
        return isOpen && isReading;
      case 'read again':
        return !isReading && end?.isPeerGone !== true;
      case 'rst':
      case 'vanish':
        return isOpen || (isCongested(this.model) && end.isOrderly);
      case 'act':
        if (step.act === 'reset') return isOpen || (isCongested(this.model) && end.isOrderly);
        if (step.act === 'resume') return isPaused;
        if (!isOpen || isClosing) return false;
        if (step.act === 'close') return true;
        return peerFin === 'none' && !(step.act === 'pause' ? isPaused : ourFin);
      case 'discipline': {
        const isSafe =
          isCertain(this.model) || (step.discipline !== 'none' && discipline !== 'none' && !isDim(this.model));
        return isSafe && (isOpen || step.who === null);
      }
      case 'own':
        if (!isOpen) return step.who === null && isCertain(this.model);
        return peerFin === 'none' && !(isCongested(this.model) && this.#mayBeFull);
      case 'silence':
        return isCertain(this.model);
      case 'connect':
      case 'settle':
        return true;
      default:
        return step satisfies never;
    }
  }

  /** Whether a step must wait until all that came before has come. */
  needsQuiet(step: Step): boolean {
    switch (step.do) {
      case 'write':
        return this.#active.has('us');
      case 'fin':
        return this.#active.has('us') || this.#active.has('own');
      case 'rst':
      case 'vanish':
        return !step.race;
      case 'act':
        return step.act !== 'resume' && !(step.race && (step.act === 'reset' || !this.#limits.isTight));
      case 'discipline':
      case 'silence':
        return true;
      case 'own':
        return this.#mayBeFull;
      default:
        return false;
    }
  }

  /** So much may wait for the peer that we would send nothing of our own. */
  get #mayBeFull(): boolean {
    const unseen = this.model.own.filter(({ to }) => to === Number.POSITIVE_INFINITY);
    return this.#mostHeld + total(unseen.map(({ bytes }) => bytes)) > surelyKept;
  }

  /** Does a step. True where the connection may be over its limit: then the next step must wait. */
  do(step: Step): boolean {
    const isQuiet = this.#active.size === 0;
    const { maxBufferBytes } = this.#limits;
    switch (step.do) {
      case 'write':
        this.#enter('peer', peerWrites(this.model, step.pieces, maxBufferBytes));
        for (const piece of step.pieces) this.#peer.write(piece);
        break;
      case 'fin':
        this.#enter('peer', peerFins(this.model));
        this.#peer.fin();
        break;
      case 'stop reading':
        this.model = { ...this.model, isReading: false, taken: this.model.floor.received };
        this.#peer.pause();
        break;
      case 'read again':
        this.#enter('peer', { ...this.model, isReading: true });
        this.#peer.resume();
        break;
      case 'rst':
      case 'vanish':
        this.#enter('peer', peerLeaves(this.model, step.do, isQuiet, maxBufferBytes));
        this.#peer[step.do]();
        break;
      case 'act':
        this.#enter('us', weAct(this.model, step.act, isQuiet, maxBufferBytes));
        this.#engine.tellConnection(this.#id, { type: step.act });
        break;
      case 'discipline':
        if (this.model.end === null) this.#enter('us', weChange(this.model, step.discipline));
        if (step.who !== null)
          this.#engine.tellConnection(this.#id, { type: 'discipline', discipline: step.discipline });
        break;
      case 'own':
        if (this.model.end === null) this.#enter('own', weSend(this.model, step.bytes));
        if (step.who !== null) this.#engine.tellConnection(this.#id, { type: 'write', bytes: step.bytes });
        break;
      case 'silence':
        this.#enter('us', idles(this.model));
        break;
      default:
        break;
    }
    return this.model.mayBeLimited || this.model.end?.hows[0] === 'limit';
  }

  /** What is not as it must be, while it can be known. */
  fault(): string | null {
    if (isCongested(this.model) || isDim(this.model)) return null;
    return faultOf(this.model, this.#seen());
  }

  /** A command of ours may still be on its way, and nothing would show it. */
  get isUnseen(): boolean {
    return (this.#active.has('us') || this.#active.has('own')) && isCongested(this.model);
  }

  settle(): void {
    if (!isCongested(this.model) && !isDim(this.model)) this.model = settled(this.model, this.#seen());
    this.#active.clear();
    if (isCertain(this.model)) this.#mostHeld = this.model.held.length;
  }

  /** What is left to do before it is over, one step at a time; null: nothing. */
  next(who: number): Step | null {
    if (this.can({ do: 'read again', who })) return { do: 'read again', who };
    if (this.model.isPaused) return { do: 'act', who, act: 'resume', race: false };
    return this.can({ do: 'fin', who }) ? { do: 'fin', who } : null;
  }

  /** What of its bytes, or of its end, is wrong now that it is over. */
  lastFault(): string | null {
    return contentFault(this.model, this.#seen(), this.#peer.received());
  }

  close(): void {
    this.#peer.vanish();
  }

  get #id(): number {
    return this.watched.row?.id ?? 0;
  }

  #seen(): Seen {
    return { row: this.watched.row, received: this.#peer.length, ended: this.#peer.ended };
  }

  #enter(by: 'peer' | 'us' | 'own', model: TcpModel): void {
    this.#mostHeld = Math.max(this.#mostHeld, model.held.length);
    this.#active.add(by);
    this.model = model;
  }
}
