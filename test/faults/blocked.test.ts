import { describe, expect, it } from 'vitest';
import { startServer } from '../commands/serve/server.ts';
import { openClient } from '../support/client.ts';
import { until } from '../support/wait.ts';

const blockedMs = 10_000;
/** How long speed is measured where nothing is blocked, ms. */
const freeMs = 1000;

/** At SIGUSR2 the main thread waits, and does nothing else. It takes no processor time from the others. */
const preload = `--import data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from 'node:worker_threads';
  const forever = new Int32Array(new SharedArrayBuffer(4));
  if (isMainThread) process.on('SIGUSR2', () => Atomics.wait(forever, 0, 0, ${blockedMs}));
`)}`;

describe('a main thread that is blocked for ten seconds', () => {
  it('costs the wire nothing: it echoes at full speed, and all of it is told afterwards', async () => {
    const args = [':0', '--json', '--stats', '20ms'];
    await using server = await startServer(args, { env: { NODE_OPTIONS: preload } });
    const client = await openClient(server.port);
    let sent = 0;
    /** Round trips a second, one after another, for a time. */
    const speed = async (ms: number): Promise<number> => {
      const [from, before] = [performance.now(), sent];
      while (performance.now() - from < ms) {
        await client.write('ping');
        sent += 4;
        await client.receive(sent);
      }
      return (sent - before) / 4 / ((performance.now() - from) / 1000);
    };
    await speed(200);
    const free = await speed(freeMs);
    server.signal('SIGUSR2');
    let told = -1;
    const hasFallenSilent = async (): Promise<boolean> => {
      told = server.events().length;
      await speed(100);
      return server.events().length === told;
    };
    await until(hasFallenSilent, 'the program to fall silent', blockedMs / 3);
    const blocked = await speed(blockedMs / 2);
    expect(server.events(), 'it was blocked all the time').toHaveLength(told);
    expect(blocked).toBeGreaterThan(free / 2);
    client.end();
    await client.ended;
    expect(await server.event('close')).toMatchObject({ how: 'fin', bytesIn: sent, bytesOut: sent });
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    client.destroy();
  }, 40_000);
});
