import { expect, it } from 'vitest';
import type { ServedPeer } from '../../../src/wire/server/connection-context.ts';
import { ConnectionTable } from '../../../src/wire/server/connection-table.ts';

const memberOf = (id: number): ServedPeer => ({
  id,
  silentMs: 0,
  owes: false,
  discipline: () => undefined,
  write: () => undefined,
  act: () => undefined,
  tap: () => undefined,
  end: () => undefined,
  abandon: () => undefined,
});

it('members are found by their numbers, whose slots others take after them', () => {
  const members = new ConnectionTable();
  const [first, second, third] = [memberOf(11), memberOf(12), memberOf(13)];
  members.add(0, first);
  members.add(1, second);
  members.delete(0);
  expect([members.size, members.byId(11), members.byId(12)]).toEqual([1, undefined, second]);
  members.add(0, third);
  expect([members.size, ...members]).toEqual([2, third, second]);
  // One that ends twice is counted once.
  for (const slot of [0, 0, 1, 5]) members.delete(slot);
  expect([members.size, ...members]).toEqual([0]);
});

it('members may leave while one goes through them', () => {
  const members = new ConnectionTable();
  const all = [1, 2, 3, 4].map(memberOf);
  all.forEach((member, slot) => {
    members.add(slot, member);
  });
  const met: number[] = [];
  for (const { id } of members) {
    met.push(id);
    members.delete(id - 1);
    members.delete(2);
  }
  expect([members.size, ...met]).toEqual([0, 1, 2, 4]);
});
