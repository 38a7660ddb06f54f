import { expect, it } from 'vitest';
import { Opening } from '../../src/bench/opening.ts';

const open = (count: number) => {
  const begun: number[] = [];
  const opening = new Opening(
    count,
    (number) => begun.push(number),
    () => undefined,
  );
  return { begun, opening, opened: opening.run() };
};

it('begins no more than 128 handshakes at once, and the next when one has ended', async () => {
  const { begun, opening, opened } = open(300);
  expect(begun).toHaveLength(128);
  opening.ended(5, true);
  opening.ended(5, true);
  expect(begun).toHaveLength(129);
  for (let number = 1; number <= 300; number++) opening.ended(number, true);
  await opened;
  expect(begun).toHaveLength(300);
});

it('begins no further ones where all of the first have failed', async () => {
  const { begun, opening, opened } = open(300);
  for (let number = 1; number <= 128; number++) opening.ended(number, false);
  await opened;
  expect(begun).toHaveLength(128);
});
