import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builtProgram, startConsole } from '../e2e/program.ts';
import { startTool } from '../interop/tool.ts';
import { openDeaf } from '../support/net/deaf.ts';
import { requireProgram, skipBecause } from '../support/program.ts';

const name = 'twofold.test';

/** Without root a user of its own may mount there. */
const unshare = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--mount'];

const canMount = (): boolean =>
  requireProgram('unshare') &&
  (spawnSync(unshare[0] ?? '', [...unshare.slice(1), 'mount', '--bind', '/etc/hosts', '/etc/hosts']).status === 0 ||
    skipBecause('this machine lets nobody make a mount namespace'));

/** What runs a program where the name stands for ::1 and 127.0.0.1. */
const whereNamed = (): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'echoscope-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, `127.0.0.1 localhost\n::1 ${name}\n127.0.0.1 ${name}\n`);
  return [...unshare, 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts];
};

/** Starts the program there. */
const start = (args: readonly string[]) => {
  const [unshare = '', ...rest] = [...whereNamed(), process.execPath, builtProgram(), ...args];
  return startTool(unshare, rest);
};

describe.runIf(canMount())('a name whose first address answers late, and whose other one refuses', () => {
  it('send connects', async () => {
    const deaf = await openDeaf('::1');
    const tool = start(['send', 'hi', '--to', `${name}:${deaf.port}`]);
    await deaf.dropped();
    deaf.listen();
    expect(await tool.exited).toEqual({ status: 0, signal: null });
    expect(tool.stderr()).toBe('');
    expect(tool.received().toString()).toBe('hi');
  });

  it('send keeps to its --timeout', async () => {
    const deaf = await openDeaf('::1');
    const tool = start(['send', 'hi', '--timeout', '400ms', '--to', `${name}:${deaf.port}`]);
    expect((await tool.exited).status).toBe(1);
    expect(tool.stderr()).toContain(`connect: ${name}:${deaf.port}: timed out after 400ms (ETIMEDOUT)`);
  });

  it('bench connects', async () => {
    const deaf = await openDeaf('::1');
    const args = ['--connections', '1', '--duration', '200ms', '--json'];
    const tool = start(['bench', '--to', `${name}:${deaf.port}`, ...args]);
    await deaf.dropped();
    deaf.listen();
    expect(await tool.exited).toEqual({ status: 0, signal: null });
    expect(JSON.parse(tool.received().toString())).toMatchObject({ connections: 1, errors: 0 });
  });

  it('/connect connects', async () => {
    const deaf = await openDeaf('::1');
    const console = await startConsole({ inside: whereNamed(), columns: 200 });
    await console.type(`/connect ${name}:${deaf.port}`);
    await console.press('enter');
    await deaf.dropped();
    deaf.listen();
    await console.until(new RegExp(`Client → ${name}:${deaf.port} .* online `, 'u'));
  });
});
