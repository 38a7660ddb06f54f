import { expect, it } from 'vitest';
import { ConnectionTable, type ServedPeer } from '../../../src/wire/server/connection-table.ts';

const peerWith = (id: number): ServedPeer => ({
  id,
  idleMs: 0,
  owes: false,
  run: () => undefined,
  end: () => undefined,
  abandon: () => undefined,
});

it('connections are found by number, also when another has their slot', () => {
  const table = new ConnectionTable();
  const [first, second, third] = [peerWith(11), peerWith(12), peerWith(13)];
  table.add(0, first);
  table.add(1, second);
  table.delete(0);
  expect([table.size, table.byId(11), table.byId(12)]).toEqual([1, undefined, second]);
  table.add(0, third);
  expect([table.size, ...table]).toEqual([2, third, second]);
  // One that ends twice is counted once.
  for (const slot of [0, 0, 1, 5]) table.delete(slot);
  expect([table.size, ...table]).toEqual([0]);
});

it('connections may close while one goes through them', () => {
  const table = new ConnectionTable();
  const all = [1, 2, 3, 4].map(peerWith);
  all.forEach((member, slot) => {
    table.add(slot, member);
  });
  const met: number[] = [];
  for (const { id } of table) {
    met.push(id);
    table.delete(id - 1);
    table.delete(2);
  }
  expect([table.size, ...met]).toEqual([0, 1, 2, 4]);
});
