import type { Discipline, Ending } from '../../../src/memory/ledger/row.ts';
import { total } from './interleaving.ts';

/** One UDP client as it must be, and the row that it has while it is known. */
export interface UdpModel {
  readonly discipline: Discipline;
  /** Null: no row, because it has not spoken yet or was forgotten. */
  readonly row: {
    readonly in: readonly Uint8Array[];
    readonly out: readonly Uint8Array[];
    readonly how: Ending | null;
  } | null;
  /** Every datagram it must have received. */
  readonly received: readonly Uint8Array[];
}

export const silent = (discipline: Discipline): UdpModel => ({ discipline, row: null, received: [] });

/** The peer is known: it has a row, which is open. */
export const isKnown = ({ row }: UdpModel): boolean => row !== null && row.how === null;

/** A datagram to us, from a peer that is let in. `discipline` is what new peers get. */
export function datagram(model: UdpModel, bytes: Uint8Array, discipline: Discipline): UdpModel {
  const known = isKnown(model) ? model : { ...model, discipline, row: { in: [], out: [], how: null } };
  const row = known.row ?? { in: [], out: [], how: null };
  const heard = { ...known, row: { ...row, in: [...row.in, bytes] } };
  return heard.discipline === 'none' ? heard : answered(heard, bytes);
}

/** One from us. */
export const answered = (model: UdpModel, bytes: Uint8Array): UdpModel =>
  model.row === null || model.row.how !== null
    ? model
    : { ...model, row: { ...model.row, out: [...model.row.out, bytes] }, received: [...model.received, bytes] };

export const forgotten = (model: UdpModel, how: Ending): UdpModel =>
  model.row === null || model.row.how !== null ? model : { ...model, row: { ...model.row, how } };

/** What its row must say. */
export const countersOf = ({ in: heard, out }: NonNullable<UdpModel['row']>) => ({
  bytesIn: total(heard),
  bytesOut: total(out),
  reads: heard.length,
  writes: out.length,
});
