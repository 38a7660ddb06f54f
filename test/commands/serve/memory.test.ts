import { expect, it } from 'vitest';
import { residentBytes } from '../../soak/watch.ts';
import { peakOf, startFlood } from '../../support/net/flooding.ts';
import { until } from '../../support/wait.ts';
import { startServer } from './server.ts';

const mib = 2 ** 20;
/** Connections beside the bytes that they hold, and garbage; test/hostile/memory.test.ts does the same with 5,000 peers. */
const allowance = 48 * mib;

it.runIf(process.platform === 'linux')(
  'holds no more than --max-memory for 200 peers that send much and never read, and gives the memory back',
  async () => {
    await using server = await startServer([':0', '--json', '--echo', 'eof', '--max-memory', '8MiB']);
    const before = residentBytes(server.pid);
    await using flood = await startFlood(server.port, 200, mib);
    expect((await peakOf(server, flood.isOver)) - before).toBeLessThan(8 * mib + allowance);
    await flood[Symbol.asyncDispose]();
    const closed = () => server.events().filter(({ event }) => event === 'close');
    await until(() => closed().length === 200, 'all to be gone');
    expect(closed().some(({ how, error }) => how === 'limit' && error === 'ENOMEM')).toBe(true);
    await until(() => residentBytes(server.pid) - before < allowance, 'its memory to come back');
  },
);
