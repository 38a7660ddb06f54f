import { describe, expect, it } from 'vitest';
import { createSharedCounters, SharedCounters } from '../../../src/memory/ledger/shared-counters.ts';
import { type Holder, MemoryLimit } from '../../../src/wire/server/memory-limit.ts';
import { type Client, openClient } from '../../support/net/client.ts';
import { startWire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

const mib = 2 ** 20;

/** Connections that hold what a test says, under a limit of 8 MiB: from 7 MiB on the greediest rest. */
const openLimit = (counters = new SharedCounters(createSharedCounters()), now = { ms: 0 }) => {
  const limit = new MemoryLimit(8 * mib, counters, () => now.ms);
  class Fake implements Holder {
    memory = 0;
    isResting = false;
    isReset = false;

    hold(memory: number): void {
      const before = this.memory;
      this.memory = memory;
      limit.changed(this, before, memory);
    }

    rest(isWanted: boolean): void {
      this.isResting = isWanted;
    }

    exceed(): void {
      this.isReset = true;
      this.hold(0);
    }
  }
  const holders = (...memory: readonly number[]): Fake[] =>
    memory.map((bytes) => {
      const fake = new Fake();
      fake.hold(bytes);
      return fake;
    });
  return { limit, counters, now, holders };
};

describe('the memory of all connections together', () => {
  it('is counted to the KiB, and is nothing again when nobody holds any', () => {
    const { counters, holders } = openLimit();
    const [one, two] = holders(1, 5000);
    expect([counters.heldKiB, counters.holders]).toEqual([5, 2]);
    one?.hold(3000);
    two?.hold(0);
    expect([counters.heldKiB, counters.holders]).toEqual([3, 1]);
    one?.hold(0);
    expect([counters.heldKiB, counters.holders]).toEqual([0, 0]);
  });

  it('from seven eighths on stops the reading of who holds more than a fair share, until there is room', () => {
    const { holders } = openLimit();
    const [greedy, modest, other] = holders(4 * mib, mib, mib);
    greedy?.hold(5.5 * mib);
    expect([greedy?.isResting, modest?.isResting]).toEqual([true, false]);
    modest?.hold(1.1 * mib);
    expect(modest?.isResting).toBe(false);
    other?.hold(0);
    expect(greedy).toMatchObject({ isResting: false, isReset: false });
  });

  it('is never beyond the limit: who holds most is reset, then the next, and nobody else', () => {
    const { counters, holders } = openLimit();
    const [small, large, larger] = holders(mib, 2 * mib, 3 * mib);
    small?.hold(4 * mib);
    expect([small, large, larger].map((each) => each?.isReset)).toEqual([true, false, false]);
    large?.hold(2.5 * mib);
    larger?.hold(5.6 * mib);
    expect([large?.isReset, larger?.isReset]).toEqual([false, true]);
    expect(counters.heldKiB).toBe(2.5 * 1024);
  });

  it('does not stay above seven eighths for more than a second: who waits for its own end would wait for good', () => {
    const { limit, now, holders } = openLimit();
    const [greedy, modest] = holders(6 * mib, mib);
    greedy?.hold(6.5 * mib);
    now.ms = 999;
    limit.look();
    expect(greedy).toMatchObject({ isResting: true, isReset: false });
    now.ms = 1000;
    limit.look();
    expect([greedy?.isReset, modest?.isReset]).toEqual([true, false]);
  });

  it('of two threads is one sum, and a thread resets its own greedy ones alone', () => {
    const counters = new SharedCounters(createSharedCounters());
    const [first, second] = [openLimit(counters), openLimit(counters)];
    const [greedy] = first.holders(7 * mib);
    const [modest] = second.holders(1.5 * mib);
    expect([greedy?.isReset, modest?.isReset]).toEqual([false, false]);
    first.limit.look();
    expect([greedy?.isReset, modest?.isReset]).toEqual([true, false]);
  });

  it('has no room for a datagram that would wait while others hold too much', () => {
    const { limit, holders } = openLimit();
    expect(limit.hasRoom).toBe(true);
    const [one] = holders(7.5 * mib);
    expect(limit.hasRoom).toBe(false);
    one?.hold(0);
    expect(limit.hasRoom).toBe(true);
  });
});

describe('--max-memory', () => {
  const piece = Buffer.alloc(64 * 1024, 'x');

  /** Sends without end and never reads. */
  const flood = async (client: Client): Promise<void> => {
    client.pause();
    for (;;) await client.write(piece);
  };

  it.each(['line', 'eof', 'chunk'] as const)(
    'resets those who hold most, says so once for all, and serves who holds nothing (echo %s)',
    async (discipline) => {
      const options = { discipline, maxMemoryBytes: mib, maxConnections: 1000 } as const;
      await using wire = await startWire(undefined, options);
      const small = await openClient(wire.port);
      await small.write('a line\n');
      const greedy = await Promise.all(Array.from({ length: 40 }, () => openClient(wire.port)));
      const ended = Promise.all(greedy.map((client) => flood(client).catch(() => undefined)));
      const limited = () => wire.records().filter((each) => each.kind === 'close' && each.how === 'limit');
      await until(() => limited().length >= 8, 'the greedy to be reset');
      expect(limited()[0]).toMatchObject({ how: 'limit', error: 'ENOMEM' });
      // Records are there at once, a fault comes as a message.
      await until(() => wire.faults.length > 0, 'the fault');
      expect(wire.faults[0]).toMatchObject({ stage: 'recv', code: 'ENOMEM', cause: 'max-memory' });
      expect(wire.faults.length).toBeLessThan(limited().length);
      const row = await wire.row(() => true, 'is there', small.local);
      expect(row.state).toBe('ESTABLISHED');
      if (discipline === 'eof') small.end();
      else await small.write('and more\n');
      const answer = discipline === 'eof' ? 'a line\n' : 'a line\nand more\n';
      await small.receive(answer);
      small.destroy();
      for (const client of greedy) client.reset();
      await ended;
    },
  );
});
