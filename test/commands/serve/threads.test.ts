import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, openClient } from '../../support/client.ts';
import { requireProgram } from '../../support/program.ts';
import { until } from '../../support/wait.ts';
import { spawnServer, startServer, watch } from './server.ts';

describe('serve --threads', () => {
  it('tells of all threads as of one', async () => {
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

  it('tells once that no file is left', async () => {
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

/** Preloaded, it makes of this system one that knows no SO_REUSEPORT. */
const without = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>
int setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
  static int (*system)(int, int, int, const void *, socklen_t);
  if (level == SOL_SOCKET && name == SO_REUSEPORT) { errno = REFUSAL; return -1; }
  if (!system) system = (int (*)(int, int, int, const void *, socklen_t)) dlsym(RTLD_NEXT, "setsockopt");
  return system(fd, level, name, value, length);
}`;

describe.runIf(process.platform === 'linux' && requireProgram('cc'))('on a system that cannot share a port', () => {
  const folder = mkdtempSync(join(tmpdir(), 'echoscope-'));
  const refusals = { ENOPROTOOPT: 'protocol not available', ENOTSUP: 'operation not supported on socket' };
  const library = (refusal: string): string => join(folder, `${refusal}.so`);

  beforeAll(() => {
    for (const refusal of Object.keys(refusals))
      execFileSync('cc', ['-shared', '-fPIC', `-DREFUSAL=${refusal}`, '-x', 'c', '-', '-o', library(refusal)], {
        input: without,
      });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.entries(refusals).flatMap(([code, words]) => ['tcp', 'udp'].map((scheme) => [code, scheme, words])))(
    'which says so by %s, %s threads are refused, and told why',
    async (code = '', scheme = '', words = '') => {
      const server = watch(spawnServer([`${scheme}://:0`, '--threads', '2'], { env: { LD_PRELOAD: library(code) } }));
      expect(await server.exited).toEqual({ status: 1, signal: null });
      expect(server.stdout()).toBe('');
      expect(server.stderr()).toMatch(
        new RegExp(
          `^echoscope: bind: (udp://)?127\\.0\\.0\\.1:\\d+: ${words} \\(${code}\\) — ` +
            'this system cannot share a port among threads; use --threads 1\\n$',
        ),
      );
    },
  );

  it('one thread works as anywhere', async () => {
    await using server = await startServer([':0'], { env: { LD_PRELOAD: library('ENOTSUP') } });
    const client = await openClient(server.port);
    await client.write('x');
    await client.receive('x');
    client.destroy();
  });
});
