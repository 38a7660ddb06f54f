import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClient } from '../../support/net/client.ts';
import { requireProgram } from '../../support/program.ts';
import { spawnServer, startServer, watch } from './server.ts';

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

  it('one thread works as on any system', async () => {
    await using server = await startServer([':0'], { env: { LD_PRELOAD: library('ENOTSUP') } });
    const client = await openClient(server.port);
    await client.write('x');
    await client.receive('x');
    client.destroy();
  });
});
