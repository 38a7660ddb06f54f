import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const module = new URL('../../../src/commands/console/young-generation.ts', import.meta.url).href;

/** What V8 tells of a program that keeps much and forgets it again, as pictures do, and what that prints at its end. */
const run = (step: string, ...flags: readonly string[]): string => {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { YoungGeneration } from '${module}';
    const young = new YoungGeneration(4 << 20);
    for (let picture = 0; picture < 60; picture++) {
      ${step}
      Array.from({ length: 60_000 }, (_, n) => ({ n, cells: [n] }));
    }
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20);
  `;
  // The flag is one of the whole process: it gets one of its own.
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout;
};

/** How large it is in the end, MiB. */
const grown = (step: string): number => Number(run(step));

/** How long threads have helped to clear it, ms. */
const helped = (step: string): number =>
  [...run(step, '--trace-gc-nvp').matchAll(/ background\.scavenge\.parallel=([\d.]+)/g)].reduce(
    (sum, [, ms]) => sum + Number(ms),
    0,
  );

it('the young generation stops growing at its limit or one step above it', () => {
  expect(grown('')).toBeGreaterThanOrEqual(32);
  const limited = grown('young.limit();');
  expect(limited).toBeGreaterThanOrEqual(4);
  expect(limited).toBeLessThanOrEqual(8);
});

it('no helper threads collect the young generation once that is switched off', () => {
  expect(helped('')).toBeGreaterThan(0);
  expect(helped('young.clearAlone();')).toBe(0);
});
