import { expect, it } from 'vitest';
import { RecentChoice } from '../../../src/commands/console/connection-actions.ts';

it('a choice is shown at once, until the snapshot has it', () => {
  let now = 0;
  const pauses = new RecentChoice<number, boolean>(() => now);
  expect(pauses.of(1, false)).toBe(false);
  pauses.set(1, true);
  expect(pauses.of(1, false)).toBe(true);
  expect(pauses.of(2, false)).toBe(false);
  now = 299;
  expect(pauses.of(1, false)).toBe(true);
  now = 300;
  expect(pauses.of(1, false)).toBe(false);
});

it('a choice is forgotten once the snapshot has it', () => {
  let now = 0;
  const pauses = new RecentChoice<number, boolean>(() => now);
  for (let id = 0; id < 10_000; id++) {
    now += 10;
    pauses.set(id, true);
  }
  // With the clock set back every choice is recent: only what was kept is still there.
  now = 300;
  expect(Array.from({ length: 10_000 }, (_, id) => pauses.of(id, false)).filter(Boolean)).toHaveLength(30);
});
