import type { Transport } from '../../text/endpoint.ts';
import type { Discipline, OurEnd } from '../ledger/row.ts';
import type { Outcome } from '../ledger/slot-memory.ts';

/** What happened, as readers of the recorder get it. */

/** The kinds of records. Their place is the number that stands in memory: new ones go to the end. */
export const kinds = [
  'listen',
  'open',
  'recv',
  'send',
  'fin',
  'reset',
  'pause',
  'resume',
  'discipline',
  'refused',
  'close',
] as const;
export type Kind = (typeof kinds)[number];

/** Which of our sockets it happened to: one that the server accepted, or one of the embedded client. */
export const owners = ['server', 'client'] as const;
export type Owner = (typeof owners)[number];

/** The end of a connection that did it: the other one, or ours. */
export const sides = ['peer', 'local'] as const;
export type Side = (typeof sides)[number];

/** Why a peer was refused: by `--allow` or `--deny`, by `--max-connections`, or because no file descriptor was left for it. */
export const refusals = ['denied', 'max-connections', 'descriptors'] as const;
export type Refusal = (typeof refusals)[number];

/** What every record has. */
export interface RecordBase {
  /** Where it stands in its ring: a count of bytes that only rises. */
  readonly position: number;
  /** When it was written, monotonic ms: no record of its ring is earlier than one before it. */
  readonly at: number;
  /** Number of the connection, 0 where it belongs to none. */
  readonly id: number;
  readonly owner: Owner;
  readonly transport: Transport;
  /** Position of the connection's record before this one, 0 where there is none. */
  readonly previous: number;
}

/** Bytes that one call moved, or (folded) all calls of one direction in a stretch of time. */
export interface DataRecord extends RecordBase {
  readonly kind: 'recv' | 'send';
  /** Bytes of this direction before these, and calls. */
  readonly offset: number;
  readonly calls: number;
  /** How many there were. Those of a `send` are in the kernel's hands. */
  readonly length: number;
  /** The first of them; as many as were kept, and none where they have left the ring. */
  readonly bytes: Uint8Array;
  /** Calls; 0 for a part of a send, whose last part counts. */
  readonly count: number;
  /** The first and the last of these calls, monotonic ms. */
  readonly from: number;
  readonly until: number;
}

/** An address as the system prints it, and a port. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

export type WireRecord =
  /** Connecting there works from now on. */
  | (RecordBase & { readonly kind: 'listen'; readonly local: Host })
  /** A connection was accepted, a UDP peer seen for the first time, or the embedded client is connected. */
  | (RecordBase & {
      readonly kind: 'open';
      readonly peer: Host;
      readonly local: Host;
      readonly discipline: Discipline;
    })
  | DataRecord
  /**
   * The FIN of either end, behind all of its bytes: the peer's was read, ours was handed to the kernel (what became of it is
   * known at the close: `ourEnd`). With it the slot in the ledger, and the discipline that held.
   */
  | (RecordBase & {
      readonly kind: 'fin';
      readonly slot: number;
      readonly by: Side;
      readonly discipline: Discipline;
    })
  /** An RST: one that came, or one of ours. */
  | (RecordBase & { readonly kind: 'reset'; readonly by: Side })
  /** Reading stopped at a user's wish, or went on. */
  | (RecordBase & { readonly kind: 'pause' | 'resume' })
  /** The discipline that holds from now on. */
  | (RecordBase & { readonly kind: 'discipline'; readonly discipline: Discipline })
  | (RecordBase & { readonly kind: 'refused'; readonly peer: Host; readonly why: Refusal })
  /** It is over. */
  | (RecordBase & { readonly kind: 'close'; readonly peer: Host; readonly ourEnd: OurEnd } & Outcome);

/** Records that a reader was too late for. */
export interface Missed {
  /** Records that are not `recv` or `send`. */
  readonly events: number;
  /** Bytes in those that are. */
  readonly recv: number;
  readonly send: number;
}

export const nothingMissed: Missed = { events: 0, recv: 0, send: 0 };

export const addMissed = (a: Missed, b: Missed): Missed => ({
  events: a.events + b.events,
  recv: a.recv + b.recv,
  send: a.send + b.send,
});
