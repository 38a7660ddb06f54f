import { expect, it } from 'vitest';
import { numberOf, shareOf } from '../../../../src/commands/bench/load/plan.ts';

it.each([
  [5, 2, [3, 2]],
  [64, 3, [22, 21, 21]],
  [4, 4, [1, 1, 1, 1]],
  [9, 1, [9]],
])('%i connections in %i threads are shared out as evenly as can be', (count, threads, shares) => {
  const parts = Array.from({ length: threads }, (_, thread) => ({ thread, threads }));
  expect(parts.map((part) => shareOf(count, part))).toEqual(shares);
  const numbers = parts.flatMap((part) =>
    Array.from({ length: shareOf(count, part) }, (_, at) => numberOf(at + 1, part)),
  );
  expect(numbers.toSorted((one, other) => one - other)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
});
