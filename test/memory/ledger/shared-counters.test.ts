import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createSharedCounters, SharedCounters } from '../../../src/memory/ledger/shared-counters.ts';

describe('what threads have in common', () => {
  it('lets in as many as the limit says, and one more for each that leaves', () => {
    const sharedCounters = new SharedCounters(createSharedCounters({ limit: 2 }));
    expect([sharedCounters.acquire(), sharedCounters.acquire(), sharedCounters.acquire()]).toEqual([true, true, false]);
    expect(sharedCounters.open).toBe(2);
    sharedCounters.release();
    expect([sharedCounters.acquire(), sharedCounters.acquire()]).toEqual([true, false]);
  });

  it('numbers from the first one on', () => {
    const sharedCounters = new SharedCounters(createSharedCounters({ firstId: 7 }));
    expect([sharedCounters.nextId(), sharedCounters.nextId()]).toEqual([7, 8]);
  });

  it('is drained when every thread is', () => {
    const sharedCounters = new SharedCounters(createSharedCounters({ threads: 2 }));
    sharedCounters.markDrained();
    expect(sharedCounters.isDrained).toBe(false);
    sharedCounters.markDrained();
    expect(sharedCounters.isDrained).toBe(true);
  });

  it('never lets in more than the limit, nor refuses who has a place, with threads at it at once', async () => {
    const limit = 3;
    const words = createSharedCounters({ limit });
    const workers = [1, 2].map(
      () => new Worker(new URL('crowding.ts', import.meta.url), { workerData: { words, rounds: 100_000 } }),
    );
    const results = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
    // Each asks for one place at a time, so of three places one is always free.
    for (const { refused, most } of results) {
      expect(refused).toBe(0);
      expect(most).toBeLessThanOrEqual(2);
    }
    expect(new SharedCounters(words).open).toBe(0);
    const ids = results.flatMap((result): number[] => result.ids).toSorted((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: 200_000 }, (_, n) => n + 1));
  });

  it('gives the last place to one of two threads that want it at once', async () => {
    const words = createSharedCounters({ limit: 1 });
    const workers = [1, 2].map(
      () => new Worker(new URL('crowding.ts', import.meta.url), { workerData: { words, rounds: 50_000 } }),
    );
    const results = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
    for (const { most } of results) expect(most).toBeLessThanOrEqual(1);
    expect(new SharedCounters(words).open).toBe(0);
  });
});
