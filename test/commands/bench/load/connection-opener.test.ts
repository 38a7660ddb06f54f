import { expect, it } from 'vitest';
import { ConnectionOpener } from '../../../../src/commands/bench/load/connection-opener.ts';
import type { ThreadShare } from '../../../../src/commands/bench/load/plan.ts';

const open = (count: number, part: ThreadShare = { thread: 0, threads: 1 }) => {
  const begun: number[] = [];
  const opening = new ConnectionOpener(
    count,
    part,
    (number) => begun.push(number),
    () => undefined,
  );
  return { begun, opening, opened: opening.run() };
};

it('bench has at most 128 handshakes under way, and begins the next when one has ended', async () => {
  const { begun, opening, opened } = open(300);
  expect(begun).toHaveLength(128);
  opening.ended(5, true);
  opening.ended(5, true);
  expect(begun).toHaveLength(129);
  for (let number = 1; number <= 300; number++) opening.ended(number, true);
  await opened;
  expect(begun).toHaveLength(300);
});

it('bench in several threads has 128 handshakes under way in all, and opens each connection once', async () => {
  const openings = [0, 1, 2].map((thread) => open(100, { thread, threads: 3 }));
  expect(openings.map(({ begun }) => begun.length)).toEqual([43, 43, 42]);
  for (const { opening } of openings) for (let number = 1; number <= 300; number++) opening.ended(number, true);
  await Promise.all(openings.map(({ opened }) => opened));
  const numbers = openings.flatMap(({ begun }) => begun);
  expect(numbers.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 300 }, (_, at) => at + 1));
});

it.each([
  [1, 300, 128],
  // With two at once, two that fail are no reason to leave out the others: each is tried, and counted.
  [64, 16, 16],
  [64, 150, 128],
])('of %i threads tries in each of them %i connections that fail: %i', async (threads, count, tried) => {
  const { begun, opening, opened } = open(count, { thread: 0, threads });
  // It grows while it is gone through.
  for (const number of begun) opening.ended(number, false);
  await opened;
  expect(begun).toHaveLength(tried);
});
