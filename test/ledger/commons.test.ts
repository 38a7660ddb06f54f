import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Commons, createCommons } from '../../src/ledger/commons.ts';

describe('what threads have in common', () => {
  it('lets in as many as the limit says, and one more for each that leaves', () => {
    const commons = new Commons(createCommons({ limit: 2 }));
    expect([commons.enter(), commons.enter(), commons.enter()]).toEqual([true, true, false]);
    expect(commons.open).toBe(2);
    commons.leave();
    expect([commons.enter(), commons.enter()]).toEqual([true, false]);
  });

  it('numbers from the first one on', () => {
    const commons = new Commons(createCommons({ firstId: 7 }));
    expect([commons.nextId(), commons.nextId()]).toEqual([7, 8]);
  });

  it('is drained when every thread is', () => {
    const commons = new Commons(createCommons({ threads: 2 }));
    commons.drained();
    expect(commons.isDrained).toBe(false);
    commons.drained();
    expect(commons.isDrained).toBe(true);
  });

  it('never lets in more than the limit, nor refuses who has a place, with threads at it at once', async () => {
    const limit = 3;
    const words = createCommons({ limit });
    const workers = [1, 2].map(
      () => new Worker(new URL('crowding.ts', import.meta.url), { workerData: { words, rounds: 100_000 } }),
    );
    const results = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
    // Each asks for one place at a time, so of three places one is always free.
    for (const { refused, most } of results) {
      expect(refused).toBe(0);
      expect(most).toBeLessThanOrEqual(2);
    }
    expect(new Commons(words).open).toBe(0);
    const ids = results.flatMap((result): number[] => result.ids).toSorted((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: 200_000 }, (_, n) => n + 1));
  });

  it('refuses nobody wrongly where one place is fought for: one thread has it, or the other', async () => {
    const words = createCommons({ limit: 1 });
    const workers = [1, 2].map(
      () => new Worker(new URL('crowding.ts', import.meta.url), { workerData: { words, rounds: 50_000 } }),
    );
    const results = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
    for (const { most } of results) expect(most).toBeLessThanOrEqual(1);
    expect(new Commons(words).open).toBe(0);
  });
});
