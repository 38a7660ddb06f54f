import { expect, it } from 'vitest';
import { benchItself } from './load.ts';
import { method } from './method.ts';
import type { Effort, Work } from './work.ts';
import { worksOf } from './works.ts';

const effort: Effort = { rounds: 5, warmUpSeconds: 6, waits: true, seconds: 3, processors: [], crowd: 1 };
const named = (...names: readonly string[]): readonly Work[] =>
  worksOf(benchItself).filter(({ name }) => names.includes(name));

it.each([
  [['pingpong', 'udp'], 'after at least 6 s to get warm'],
  [['idle'], 'with a new server in each round of 8,000 idle connections'],
  [['udp', 'idle'], 'after at least 6 s to get warm, with a new server in each round of 8,000 idle connections'],
])('the method of %j tells whose servers were warm', (names, warmth) => {
  expect(method(effort, named(...names), 'bench')).toBe(`5 rounds of 3 s for each, taken in turn, ${warmth}; medians.`);
});

it('the method names another generator than bench', () => {
  expect(method(effort, named('udp'), 'c')).toMatch(/^The load generator in C, 5 rounds /u);
});
