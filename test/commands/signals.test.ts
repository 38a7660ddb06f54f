import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isHangUpIgnored } from '../../src/commands/signals.ts';
import { builtProgram, stateHome } from '../e2e/program.ts';
import { openClient } from '../support/net/client.ts';

const plain = { lastCommand: '/usr/bin/node', parentStatus: '', stdinInfo: '', stdin: '', stdout: '' };

describe('a SIGHUP that was ignored at the start', () => {
  it.each([
    ['nohup in bash, zsh or ksh', { lastCommand: '/usr/bin/nohup' }],
    ['nohup with stdout of a terminal', { stdout: '/home/me/nohup.out' }],
    ['GNU nohup with stdin of a terminal', { stdin: '/dev/null', stdinInfo: 'pos:\t0\nflags:\t0100001\nmnt_id:\t1\n' }],
    [
      "a script with trap '' HUP",
      { parentStatus: 'SigQ:\t0/1\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000000000\n' },
    ],
  ])('is seen by the traces of %s', (_, traces) => {
    expect(isHangUpIgnored({ ...plain, ...traces })).toBe(true);
  });

  it.each([
    ['nothing at all', {}],
    ['a service, whose stdin is empty', { stdin: '/dev/null', stdinInfo: 'pos:\t0\nflags:\t0100000\n' }],
    ['a program whose name only ends so', { lastCommand: '/usr/bin/my-nohup' }],
    ['a parent that ignores SIGPIPE', { parentStatus: 'SigIgn:\t0000000000001000\n' }],
  ])('is not seen in %s', (_, traces) => {
    expect(isHangUpIgnored({ ...plain, ...traces })).toBe(false);
  });

  /** A server started by a line of shell, which has the program as "$@"; the pid that it prints is that of the program. */
  const start = async (line: string) => {
    const args = [process.execPath, builtProgram(), 'serve', ':0'];
    const folder = stateHome();
    const shell = spawn('bash', ['-c', line, 'bash', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void shell.kill('SIGKILL'));
    const lines = createInterface(shell.stdout)[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    onTestFinished(() => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    });
    const port = Number(/:(\d+)$/.exec((await lines.next()).value ?? '')?.[1]);
    return { pid, port, shell };
  };

  const echoes = async (port: number) => {
    const client = await openClient(port);
    await client.write('still here');
    await client.receive('still here');
    client.destroy();
  };

  it.each([
    ['nohup', 'nohup "$@" & echo $!; wait'],
    ["trap '' HUP", `trap '' HUP; "$@" & echo $!; wait`],
  ])('stays ignored: %s', async (_, line) => {
    const { pid, port, shell } = await start(line);
    for (let again = 0; again < 3; again++) {
      process.kill(pid, 'SIGHUP');
      await echoes(port);
    }
    const ended = once(shell, 'exit');
    process.kill(pid, 'SIGTERM');
    await ended;
  });

  it('ends the server in order where nobody ignored it', async () => {
    const { pid, port, shell } = await start('"$@" & echo $!; wait $!');
    await echoes(port);
    const ended = once(shell, 'exit');
    process.kill(pid, 'SIGHUP');
    expect(await ended).toEqual([0, null]);
  });
});
