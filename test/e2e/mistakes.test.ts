import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { openTerminal } from '../support/terminal/pty.ts';
import { builtProgram, openConsole, shownPorts } from './program.ts';

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program without a terminal. */
const run = async (...args: readonly string[]): Promise<Outcome> => {
  const child = spawn(process.execPath, [builtProgram(), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    said.stdout += data;
  });
  child.stderr.on('data', (data) => {
    said.stderr += data;
  });
  await once(child, 'close');
  return { status: child.exitCode, ...said };
};

/** Runs it in a terminal, with stderr in a file: what it writes to stdout is all that the terminal gets. */
const runInTerminal = async (...args: readonly string[]): Promise<Outcome> => {
  const folder = mkdtempSync(join(tmpdir(), 'echoscope-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'stderr');
  const program = [process.execPath, builtProgram(), ...args];
  const terminal = openTerminal({ command: 'sh', args: ['-c', 'exec "$@" 2> "$0"', file, ...program] });
  onTestFinished(() => terminal.close());
  const { status } = await terminal.exited;
  return { status, stdout: terminal.raw(), stderr: readFileSync(file, 'utf8') };
};

/** Expects that status, nothing on stdout, and one line on stderr. */
const expectMistake = ({ status, stdout, stderr }: Outcome, expected: number, line: RegExp) => {
  expect(stderr).toMatch(line);
  expect(stderr.split('\n'), 'one line, and no stack trace').toEqual([expect.stringMatching(/^echoscope: /u), '']);
  expect(stdout).toBe('');
  expect(status).toBe(expected);
};

/** Occupies a port; resolves to it, or to null where somebody else has it already. */
const occupy = async (port: number): Promise<number | null> => {
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return null;
  }
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : null;
};

describe('a command line that is wrong', () => {
  it.each([
    [['nonsense'], /endpoint "nonsense": .* \(see echoscope --help\)$/mu],
    [[':99999'], /endpoint ":99999": port 99999 is above 65535/u],
    [['::1:8080'], /put IPv6 in brackets/u],
    [['--bakclog', '3'], /--bakclog is not an option; did you mean --backlog\?/u],
    [['--echo', 'loud'], /--echo "loud" is not known/u],
  ])('%j', async (args, line) => {
    expectMistake(await run(...args), 2, line);
  });

  it('no terminal: the console names what works without one', async () => {
    expectMistake(await run(':0'), 2, /needs a terminal.*`echoscope serve`/u);
  });
});

describe('a network that refuses', () => {
  it('a port that was named and is taken', async () => {
    const port = await occupy(0);
    expectMistake(
      await runInTerminal(`:${port}`),
      1,
      new RegExp(`bind: 127\\.0\\.0\\.1:${port}: .*\\(EADDRINUSE\\)`, 'u'),
    );
  });

  it('one of several that is taken: none of them is opened', async () => {
    const port = await occupy(0);
    expectMistake(await runInTerminal(':0', `:${port}`, '[::1]:0'), 1, /\(EADDRINUSE\)/u);
  });

  it('an address of another machine', async () => {
    expectMistake(await runInTerminal('192.0.2.1:0'), 1, /bind: 192\.0\.2\.1:0: .*\(EADDRNOTAVAIL\)/u);
  });

  it('the default port 8080 is taken: the console takes a free one, and names it', async () => {
    await occupy(8080);
    const console = openConsole({ args: [], columns: 120 });
    await console.until(/ ! port 8080 is taken: listening on tcp:\/\/127\.0\.0\.1:\d+/u);
    const [port] = shownPorts(console);
    expect(port).not.toBe(8080);
    expect(console.text()).toContain(`listening on tcp://127.0.0.1:${port}`);
    await console.until(/ online ─*╮/u);
  });
});

describe('a question', () => {
  it('--help starts with examples', async () => {
    const { status, stdout, stderr } = await run('--help');
    expect(stdout).toMatch(/^Examples:\n {2}echoscope /u);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('--version is the version alone', async () => {
    expect(await run('--version')).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });
});
