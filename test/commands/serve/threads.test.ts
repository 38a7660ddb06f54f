import { describe, expect, it } from 'vitest';
import { type Client, openClient } from '../../support/net/client.ts';
import { until } from '../../support/wait.ts';
import { startServer } from './server.ts';

describe('serve --threads', () => {
  it('prints the events of all threads as of one server', async () => {
    await using server = await startServer([':0', '--json', '--threads', '3', '--stats', '50ms']);
    const bytes = 'x'.repeat(1000);
    for (let n = 0; n < 30; n++) {
      const client = await openClient(server.port);
      await client.write(bytes);
      await client.receive(bytes);
      client.end();
      await client.ended;
      client.destroy();
    }
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    const events = server.events();
    for (const kind of ['open', 'close'])
      expect(
        events.flatMap(({ event, id }) => (event === kind ? [Number(id)] : [])).toSorted((a, b) => a - b),
        kind,
      ).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(events.filter(({ event }) => event === 'listening')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      event: 'stopped',
      open: 0,
      served: 30,
      refused: 0,
      bytesIn: 30_000,
      bytesOut: 30_000,
    });
    expect(server.stderr()).toBe('');
  });

  it.each([0, 1])('ends with status 1 when thread %d dies, and leaves no listener', async (thread) => {
    // Signals reach the main thread alone, so it passes this one on.
    const code = `import { BroadcastChannel, isMainThread, threadName } from 'node:worker_threads';
      const channel = new BroadcastChannel('fate');
      channel.unref();
      if (isMainThread) process.on('SIGUSR2', () => channel.postMessage('now'));
      else if (threadName === 'wire ${thread}')
        channel.onmessage = () => setImmediate(() => { throw new Error('out of luck'); });`;
    const preload = `--import data:text/javascript,${encodeURIComponent(code)}`;
    await using server = await startServer([':0', '--threads', '2'], { env: { NODE_OPTIONS: preload } });
    const client = await openClient(server.port);
    server.signal('SIGUSR2');
    expect(await server.exited).toEqual({ status: 1, signal: null });
    expect(server.stderr()).toBe('echoscope: the server failed: out of luck\n');
    await expect(openClient(server.port)).rejects.toThrow('ECONNREFUSED');
    client.destroy();
  });

  it('reports once that no file descriptor is left', async () => {
    const args = [':0', '--json', '--threads', '2', '--stats', '1s'];
    await using server = await startServer(args, { openFiles: 64 });
    const clients: Client[] = [];
    while (clients.length < 60) clients.push(await openClient(server.port));
    await server.event('error');
    const ticks = (): number => server.events().filter(({ event }) => event === 'stats').length;
    const before = ticks();
    // Each thread would have looked for itself by then.
    await until(() => ticks() === before + 2, 'two seconds');
    const errors = server.events().filter(({ event }) => event === 'error');
    expect(errors).toMatchObject([{ stage: 'accept', code: 'EMFILE' }]);
    for (const client of clients) client.destroy();
  });
});
