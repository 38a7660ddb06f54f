import { getSystemErrorMap } from 'node:util';
import { transportNames } from '../../text/endpoint.ts';
import { disciplines, endings, ourEnds } from '../ledger/row.ts';
import {
  closeBytes,
  closeDouble,
  dataBytes,
  dataDouble,
  dataWord,
  echoBit,
  eventBytes,
  eventWord,
  foldBit,
  foldDouble,
  kindBits,
  localBit,
  ourEndShift,
  ownerBit,
  recordDouble,
  recordWord,
  transportShift,
} from './layout.ts';
import { type Host, type Kind, kinds, refusals, type WireRecord } from './record.ts';

const nothing = new Uint8Array(0);

/** How slots are numbered outside: those of the server from `first` on; those from `clients` on are the client's, from 0. */
export interface SlotNumbers {
  readonly first: number;
  readonly clients: number;
}

/** Records in memory of this thread: a copy of a part of a segment, which nobody changes. */
export class RecordCopy {
  /** Position of the first byte. */
  readonly position: number;
  readonly #slots: SlotNumbers;
  readonly #bytes: Buffer;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;

  constructor(position: number, memory: ArrayBuffer, slots: SlotNumbers) {
    this.position = position;
    this.#slots = slots;
    this.#bytes = Buffer.from(memory);
    this.#words = new Int32Array(memory);
    this.#doubles = new Float64Array(memory);
  }

  /** Behind its last byte. */
  get end(): number {
    return this.position + this.#bytes.length;
  }

  /** Bytes of the record at a position. */
  sizeAt(position: number): number {
    return this.#word(this.#at(position) / 4 + recordWord.size);
  }

  kindAt(position: number): Kind {
    return kinds[this.#word(this.#at(position) / 4 + recordWord.what) & kindBits] ?? 'listen';
  }

  /** Bytes that the `recv` or `send` at a position moved. */
  lengthAt(position: number): number {
    return this.#double(this.#at(position) / 8 + dataDouble.length);
  }

  /** Position of the `recv` whose bytes the `send` at a position has; null where it has its own. */
  echoOf(position: number): number | null {
    const words = this.#at(position) / 4;
    if ((this.#word(words + recordWord.what) & echoBit) === 0) return null;
    return position - this.#word(words + dataWord.back);
  }

  /** The bytes kept with the `recv` at a position. */
  keptAt(position: number): Uint8Array {
    const at = this.#at(position);
    return this.#bytes.subarray(at + dataBytes, at + dataBytes + this.#word(at / 4 + dataWord.kept));
  }

  /** The record at a position. `echoed` gives the bytes of the `recv` that an echo was of, where they are still there. */
  recordAt(position: number, echoed: (position: number) => Uint8Array | null): WireRecord {
    const at = this.#at(position);
    const [w, d] = [at / 4, at / 8];
    const what = this.#word(w + recordWord.what);
    const kind = kinds[what & kindBits] ?? 'listen';
    const base = {
      position,
      at: this.#double(d + recordDouble.at),
      id: this.#word(w + recordWord.id),
      owner: (what & ownerBit) === 0 ? 'server' : 'client',
      transport: transportNames[what >>> transportShift] ?? 'tcp',
      previous: this.#double(d + recordDouble.previous),
    } as const;
    const detail = this.#word(w + eventWord.detail);
    switch (kind) {
      case 'recv':
      case 'send': {
        const isFold = (what & foldBit) !== 0;
        const echo = this.echoOf(position);
        const length = this.#double(d + dataDouble.length);
        return {
          ...base,
          kind,
          offset: this.#double(d + dataDouble.offset),
          calls: this.#double(d + dataDouble.calls),
          length,
          bytes: isFold ? nothing : echo === null ? this.keptAt(position) : (echoed(echo) ?? nothing),
          count: this.#word(w + dataWord.count),
          from: isFold ? this.#double(d + foldDouble.from) : base.at,
          until: isFold ? this.#double(d + foldDouble.until) : base.at,
        };
      }
      case 'listen':
        return { ...base, kind, local: this.#local(at) };
      case 'open':
        return {
          ...base,
          kind,
          peer: this.#peer(at, eventBytes),
          local: this.#local(at),
          discipline: disciplines[detail] ?? 'chunk',
        };
      case 'fin':
        return {
          ...base,
          kind,
          slot: this.#slot(w),
          by: (what & localBit) === 0 ? 'peer' : 'local',
          discipline: disciplines[detail] ?? 'chunk',
        };
      case 'reset':
        return { ...base, kind, by: (what & localBit) === 0 ? 'peer' : 'local' };
      case 'pause':
      case 'resume':
        return { ...base, kind };
      case 'discipline':
        return { ...base, kind, discipline: disciplines[detail] ?? 'chunk' };
      case 'refused':
        return { ...base, kind, peer: this.#peer(at, eventBytes), why: refusals[detail] ?? 'denied' };
      case 'close':
        return {
          ...base,
          kind,
          peer: this.#peer(at, closeBytes),
          how: endings[detail & 0xff] ?? 'error',
          ourEnd: ourEnds[detail >>> ourEndShift] ?? 'unknown',
          error: errorName(this.#word(w + eventWord.errno)),
          ms: this.#double(d + closeDouble.ms),
          bytesIn: this.#double(d + closeDouble.bytesIn),
          bytesOut: this.#double(d + closeDouble.bytesOut),
          reads: this.#double(d + closeDouble.reads),
          writes: this.#double(d + closeDouble.writes),
        };
      default:
        return kind satisfies never;
    }
  }

  /** The slot of an event, as rows are numbered. */
  #slot(words: number): number {
    const slot = this.#word(words + eventWord.slot);
    const { first, clients } = this.#slots;
    return slot >= clients ? slot - clients : first + slot;
  }

  #peer(at: number, fields: number): Host {
    const host = this.#text(at + fields, this.#word(at / 4 + eventWord.peerLength));
    return { host, port: this.#word(at / 4 + eventWord.peerPort) };
  }

  #local(at: number): Host {
    const from = at + eventBytes + this.#word(at / 4 + eventWord.peerLength);
    const host = this.#text(from, this.#word(at / 4 + eventWord.localLength));
    return { host, port: this.#word(at / 4 + eventWord.localPort) };
  }

  #text(at: number, length: number): string {
    return this.#bytes.toString('latin1', at, at + length);
  }

  #at(position: number): number {
    return position - this.position;
  }

  #word(at: number): number {
    return this.#words[at] ?? 0;
  }

  #double(at: number): number {
    return this.#doubles[at] ?? 0;
  }
}

/** The name of the system's positive number; null for 0. */
const errorName = (errno: number): string | null =>
  errno === 0 ? null : (getSystemErrorMap().get(-errno)?.[0] ?? `errno ${errno}`);
