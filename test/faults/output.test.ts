import { type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../commands/serve/server.ts';
import { builtProgram } from '../e2e/program.ts';
import { openClient } from '../support/net/client.ts';
import { freePort } from '../support/net/free-port.ts';
import { until } from '../support/wait.ts';

const program = builtProgram();

const fullDisk = (): number => {
  const file = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(file));
  return file;
};

/** Runs the program, with `redirections` of a shell behind it, and resolves to its status. */
const statusOf = (
  args: readonly string[],
  redirections: string,
  stdio: StdioOptions = 'ignore',
): Promise<number | null> => {
  const child = spawn('sh', ['-c', `exec "$@" ${redirections}`, 'sh', process.execPath, program, ...args], { stdio });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stderr?.destroy();
  return new Promise((resolve) => child.once('exit', resolve));
};

describe('a mistake that cannot be written to stderr', () => {
  const mistake = { args: ['--bogus'], status: 2 };
  const noListener = { args: ['serve', '192.0.2.1:9000'], status: 1 };
  const cases = [mistake, noListener].flatMap(({ args, status }) =>
    (['2> /dev/full', '2>&-', '> /dev/full 2>&1', '>&- 2>&-'] as const).map(
      (where) => [args.join(' '), where, status] as const,
    ),
  );

  it.each(cases)('%s %s: the exit status reports it', async (line, where, status) => {
    expect(await statusOf(line.split(' '), where)).toBe(status);
  });

  it.each([mistake, noListener])('$args, its reader gone: the exit status reports it', async ({ args, status }) => {
    expect(await statusOf(args, '', ['ignore', 'ignore', 'pipe'])).toBe(status);
  });
});

describe('serve', () => {
  it('serves with stdout and stderr closed from the start', async () => {
    // It cannot print the port that it was given.
    const port = await freePort({ transport: 'tcp', host: '127.0.0.1' });
    const args = ['-c', 'exec "$@" >&- 2>&-', 'sh', process.execPath, program, 'serve', `127.0.0.1:${port}`];
    const child = spawn('sh', args, { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = new Promise((resolve) => child.once('exit', (status, signal) => resolve({ status, signal })));
    let client: Awaited<ReturnType<typeof openClient>> | undefined;
    await until(async () => {
      client = await openClient(port).catch(() => undefined);
      return client !== undefined;
    }, 'it to listen');
    await client?.write('hello');
    await client?.receive('hello');
    child.kill('SIGTERM');
    expect(await exited).toEqual({ status: 0, signal: null });
    client?.destroy();
  });

  it('ends in order where the reader leaves and stderr cannot be written', async () => {
    await using server = await startServer([':0', '--json'], { program, stderr: fullDisk() });
    const client = await openClient(server.port);
    server.hangUp();
    expect(await client.ended, 'the next event finds nobody').toBe('FIN');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    client.destroy();
  });

  it('ends with status 1 where neither its events nor the reason can be written', async () => {
    expect(await statusOf(['serve', ':0', '--json'], '> /dev/full 2>&1')).toBe(1);
  });
});
