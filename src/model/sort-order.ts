import { disciplines, states } from '../memory/ledger/row.ts';
import { owedOf } from './condition.ts';
import type { Connection } from './snapshot.ts';

/** Sort keys of the list, in the order of its columns. */
export const sortKeys = [
  ...(['id', 'peer', 'state', 'opened', 'in', 'out', 'rateIn', 'rateOut'] as const),
  ...(['active', 'owed', 'listener', 'echo'] as const),
] as const;
export type SortKey = (typeof sortKeys)[number];

/** By a column; null is the order of the snapshot: open ones first, newest first. */
export type Order = { readonly by: SortKey; readonly isDescending: boolean } | null;

/** Words begin at A and times at the earliest; of numbers the greatest come first. */
const isFirstDescending = (by: SortKey): boolean => !firstAscending.has(by);
const firstAscending: ReadonlySet<SortKey> = new Set(['peer', 'state', 'opened', 'listener', 'echo']);

/** Through the columns from left to right, then back to the snapshot's order. */
export const nextOrder = (order: Order): Order => {
  const by = sortKeys[order === null ? 0 : sortKeys.indexOf(order.by) + 1];
  return by === undefined ? null : { by, isDescending: isFirstDescending(by) };
};

/** The other way round; from the snapshot's order to the oldest first. */
export const reverseOrder = (order: Order): Order =>
  order === null ? { by: 'id', isDescending: false } : { ...order, isDescending: !order.isDescending };

/**
 * Addresses and ports by number: `10.0.0.9:80` is before `10.0.0.10:80`, and both are before IPv6. An IPv4 address and
 * its port make one number of 48 bits: 10,000 texts cost ten times as much to compare.
 */
const addressKey = (address: string): number | string => {
  let key = 0;
  let part = 0;
  for (let at = 0; at < address.length; at += 1) {
    const digit = address.charCodeAt(at) - zero;
    if (digit >= 0 && digit <= 9) part = part * 10 + digit;
    else if (address[at] === '.' || address[at] === ':') {
      key = key * 256 + part;
      part = 0;
    } else return address.replace('[:', '[0:').replaceAll(/[\da-f]+/g, (digits) => digits.padStart(5, '0'));
  }
  return key * 65_536 + part;
};
const zero = '0'.charCodeAt(0);

/** Numbers before texts. */
const compare = (a: number | string, b: number | string): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
};

const keys: Readonly<Record<SortKey, (row: Connection) => number | string>> = {
  id: ({ id }) => id,
  peer: ({ peer }) => addressKey(peer),
  state: ({ state, how, transport }) => `${states.indexOf(state)} ${transport} ${how ?? ''}`,
  // Not by the wall clock, which may have been set meanwhile.
  opened: ({ at }) => at.accept ?? -1,
  in: ({ bytesIn }) => bytesIn,
  out: ({ bytesOut }) => bytesOut,
  // Closed ones show no rate, and come after those that are silent.
  rateIn: ({ how, rate }) => (how === null ? rate.in : -1),
  rateOut: ({ how, rate }) => (how === null ? rate.out : -1),
  active: ({ activeAt }) => activeAt,
  owed: owedOf,
  listener: ({ local }) => addressKey(local),
  echo: ({ discipline }) => disciplines.indexOf(discipline),
};

/** The rows in an order; the same array for the snapshot's. Stable both ways: equal rows stay as the snapshot has them. */
export const sortRows = (rows: readonly Connection[], order: Order): readonly Connection[] => {
  if (order === null) return rows;
  const keyOf = keys[order.by];
  const sign = order.isDescending ? -1 : 1;
  // Each key is made once, not for each of the n log n comparisons.
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((a, b) => sign * compare(a.key, b.key))
    .map(({ row }) => row);
};
