import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ArrayRowTable, LedgerSnapshot } from '../../src/memory/ledger/snapshot.ts';
import { LiveFeed } from '../../src/model/feed.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** A feed over a wire on which nothing happens unless it is told to, and how often whoever listens was told of something new. */
const start = () => {
  let reading = new LedgerSnapshot(
    { open: 0, served: 0, refused: 0, bytesIn: 0, bytesOut: 0 },
    'chunk',
    new ArrayRowTable([]),
  );
  const feed = new LiveFeed({ read: () => reading, now: Date.now });
  let times = 0;
  feed.subscribe(() => {
    times += 1;
  });
  const move = (bytesIn: number) => {
    reading = new LedgerSnapshot({ ...reading.totals, bytesIn }, 'chunk', new ArrayRowTable([]));
  };
  return { feed, times: () => times, move };
};

it('a note is shown within 15 ms, together with all that came until then', () => {
  const { feed, times } = start();
  feed.note('one');
  feed.note('two');
  feed.task('/repeat 1/9');
  expect(times()).toBe(0);
  vi.advanceTimersByTime(15);
  expect(times()).toBe(1);
  expect(feed.view().transcript).toMatchObject([{ text: 'one' }, { text: 'two' }]);
  expect(feed.view().task).toBe('/repeat 1/9');
});

it('a task that changes all the time is shown thirty times a second, its end too', () => {
  const { feed, times } = start();
  for (let count = 1; count <= 200; count += 1) {
    feed.task(`/repeat ${count}/200`);
    vi.advanceTimersByTime(5);
  }
  feed.task(null);
  expect(times()).toBeGreaterThan(25);
  expect(times()).toBeLessThanOrEqual(31);
  vi.advanceTimersByTime(33);
  expect(feed.view().task).toBeNull();
});

it('leaves a turn of the event loop between a picture that is read and one that is shown: a key comes first', async () => {
  const { feed, move } = start();
  const seen: string[] = [];
  feed.subscribe(() => seen.push(`picture ${feed.view().snapshot.totals.bytesIn}`));
  move(5);
  vi.advanceTimersByTime(250);
  move(7);
  expect(seen).toEqual([]);
  expect(feed.view().snapshot.totals.bytesIn, 'a key is drawn from the last whole picture').toBe(0);
  seen.push('key');
  await turn();
  expect(seen[0]).toBe('key');
  expect(seen[1], 'of the moment at which it was read').toBe('picture 5');
});

it('never shows an older picture behind one that was taken out of turn', async () => {
  const { feed, move } = start();
  const seen: number[] = [];
  feed.subscribe(() => seen.push(feed.view().snapshot.totals.bytesIn));
  move(5);
  vi.advanceTimersByTime(250);
  move(7);
  feed.refresh();
  await turn();
  expect(seen).toEqual([7]);
});
