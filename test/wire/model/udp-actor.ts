import type { Engine } from '../../../src/engine/engine.ts';
import type { UdpClient } from './peers.ts';
import type { Watched } from './rows.ts';
import type { Step } from './step.ts';
import { answered, countersOf, datagram, forgotten, isKnown, silent, type UdpModel } from './udp-model.ts';
import { udpFaultOf } from './verdict.ts';

/** Datagrams under way that no buffer on the way is too small for. */
const mostBytes = 64 * 1024;
/** What the system needs beside the bytes of a datagram, at most. */
const overhead = 1024;

/** Whether the server lets a new peer in, and what it does then. */
export interface Admission {
  readonly isOpen: () => boolean;
  readonly discipline: () => UdpModel['discipline'];
  readonly refused: () => void;
}

/** One UDP client of a program: the real one, and the model of it. Loopback loses nothing while its buffers have room. */
export class UdpActor {
  readonly #engine: Engine;
  readonly #client: UdpClient;
  readonly #admission: Admission;
  readonly #watch: (peer: string) => Watched;
  /** Bytes of the largest datagram: 65,535 less the header of UDP, and with IPv4 that of IP (RFC 768, 791, 8200). */
  readonly #largest: number;
  watched: Watched;
  model: UdpModel;
  #last: 'nobody' | 'peer' | 'us' = 'nobody';
  #underWay = 0;
  /** Bytes in and out of the rows it had before. */
  past = { rows: 0, in: 0, out: 0 };

  constructor(engine: Engine, client: UdpClient, admission: Admission, watch: (peer: string) => Watched) {
    this.#engine = engine;
    this.#client = client;
    this.#admission = admission;
    this.#watch = watch;
    this.#largest = client.local.startsWith('[') ? 65_527 : 65_507;
    this.watched = watch(client.local);
    this.model = silent(admission.discipline());
  }

  get open(): { readonly surely: boolean; readonly maybe: boolean } {
    const known = isKnown(this.model);
    return { surely: known, maybe: known };
  }

  can(step: Step): boolean {
    switch (step.do) {
      case 'write':
      case 'settle':
      case 'connect':
      case 'silence':
        return true;
      case 'act':
        return isKnown(this.model);
      case 'discipline':
      case 'own':
        return isKnown(this.model) || step.who === null;
      default:
        return false;
    }
  }

  needsQuiet(step: Step): boolean {
    if (step.do !== 'write') return true;
    return this.#last === 'us' || this.#underWay + cost(step.pieces) > mostBytes;
  }

  do(step: Step): boolean {
    switch (step.do) {
      case 'write':
        this.#last = 'peer';
        this.#underWay += cost(step.pieces);
        for (const piece of step.pieces) this.#send(piece);
        return this.#underWay > mostBytes || !isKnown(this.model);
      case 'own':
        this.#last = 'us';
        if (step.bytes.length <= this.#largest) this.model = answered(this.model, step.bytes);
        if (step.who !== null) this.#engine.tellConnection(this.#id, { type: 'write', bytes: step.bytes });
        return true;
      case 'discipline':
        this.#last = 'us';
        if (isKnown(this.model)) this.model = { ...this.model, discipline: step.discipline };
        if (step.who !== null)
          this.#engine.tellConnection(this.#id, { type: 'discipline', discipline: step.discipline });
        return false;
      case 'act':
        this.#last = 'us';
        // UDP knows no half-close, and no window to keep a peer waiting with.
        if (step.act === 'close' || step.act === 'reset') this.model = forgotten(this.model, 'fin');
        this.#engine.tellConnection(this.#id, { type: step.act });
        return step.act === 'close' || step.act === 'reset';
      case 'silence':
        this.#last = 'us';
        this.model = forgotten(this.model, 'expired');
        return true;
      default:
        return false;
    }
  }

  fault(): string | null {
    return udpFaultOf(this.model, this.watched.row, this.#client.received);
  }

  settle(): void {
    this.#last = 'nobody';
    this.#underWay = 0;
  }

  next(who: number): Step | null {
    return isKnown(this.model) ? { do: 'act', who, act: 'close', race: false } : null;
  }

  lastFault(): string | null {
    return this.fault();
  }

  close(): void {
    this.#client.close();
  }

  get isOver(): boolean {
    return this.#last === 'nobody' && !isKnown(this.model);
  }

  #send(bytes: Uint8Array): void {
    const sent = bytes.subarray(0, this.#largest);
    const isIn = isKnown(this.model) || this.#admission.isOpen();
    if (!isIn) this.#admission.refused();
    else {
      if (this.model.row !== null && !isKnown(this.model)) this.#renew(this.model.row);
      this.model = datagram(this.model, sent, this.#admission.discipline());
    }
    this.#client.write(sent);
  }

  /** Forgotten, and known again: another row. */
  #renew(row: NonNullable<UdpModel['row']>): void {
    const { bytesIn, bytesOut } = countersOf(row);
    this.past = { rows: this.past.rows + 1, in: this.past.in + bytesIn, out: this.past.out + bytesOut };
    this.watched = this.#watch(this.#client.local);
  }

  get #id(): number {
    return this.watched.row?.id ?? 0;
  }
}

const cost = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { length }) => sum + Math.min(length, mostBytes) + overhead, 0);
