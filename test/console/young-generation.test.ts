import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const module = new URL('../../src/console/young-generation.ts', import.meta.url).href;

/** How large it is at the end of a program that keeps much and forgets it again, as pictures do; MiB. */
const grown = (limit: string): number => {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { YoungGeneration } from '${module}';
    const young = new YoungGeneration(4 << 20);
    for (let picture = 0; picture < 60; picture++) {
      ${limit}
      Array.from({ length: 60_000 }, (_, n) => ({ n, cells: [n] }));
    }
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20);
  `;
  // The flag is one of the whole process: it gets one of its own.
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return Number(stdout);
};

it('the young generation stops to grow once it is large enough, a step later at most', () => {
  expect(grown('')).toBeGreaterThanOrEqual(32);
  const limited = grown('young.limit();');
  expect(limited).toBeGreaterThanOrEqual(4);
  expect(limited).toBeLessThanOrEqual(8);
});
