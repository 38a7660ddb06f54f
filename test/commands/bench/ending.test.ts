import { describe, expect, it, onTestFinished } from 'vitest';
import { builtProgram } from '../../e2e/program.ts';
import { closedEndpoint, echo, serveTcp } from '../../e2e/send-run.ts';
import { openTerminal } from '../../support/terminal/pty.ts';
import { until } from '../../support/wait.ts';
import { bench, startBench, startBenchIn, startCrashing } from './run.ts';

const statuses = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

/** A server that counts the connections on which something came, and answers or not. */
const counting = async (answers: boolean) => {
  let count = 0;
  const endpoint = await serveTcp((socket) => {
    socket.once('data', () => {
      count += 1;
    });
    if (answers) echo(socket);
  });
  return { endpoint, count: () => count };
};

describe('bench ended early', () => {
  it.each(statuses)('by %s prints what it has', async (signal, wanted) => {
    const { endpoint, count } = await counting(true);
    const running = startBench('--to', endpoint, '--json', '--duration', '1m', '--connections', '4');
    await until(() => count() === 4, 'its connections');
    running.kill(signal);
    const { status, stdout, stderr } = await running.exited;
    expect({ status, stderr }).toEqual({ status: wanted, stderr: '' });
    const { seconds, errors } = JSON.parse(stdout);
    expect(errors).toBe(0);
    expect(seconds).toBeLessThan(30);
  });

  it('ends in the middle of many small pieces', async () => {
    const { endpoint, count } = await counting(true);
    const running = startBench('--to', endpoint, '--json', '--duration', '1m', '--mode', 'stream');
    await until(() => count() === 64, 'its connections');
    running.kill('SIGINT');
    // If connections that are gone were asked for more, it would not end.
    expect((await running.exited).status).toBe(130);
  });

  it.each(
    statuses.flatMap(([signal, wanted]) =>
      ['1', '2'].flatMap((threads) => [
        [signal, 'in its time', '1m', threads, wanted] as const,
        [signal, 'after its time', '1ms', threads, wanted] as const,
      ]),
    ),
  )(
    'by %s %s (%s) with %s threads does not wait for a silent server',
    async (signal, _when, duration, threads, wanted) => {
      const { endpoint, count } = await counting(false);
      const running = startBench('--to', endpoint, '--duration', duration, '--connections', '2', '--threads', threads);
      await until(() => count() === 2, 'its first bytes');
      running.kill(signal);
      const { status, stdout, stderr } = await running.exited;
      expect({ status, stderr }).toEqual({ status: wanted, stderr: '' });
      expect(stdout).toMatch(/round trips +0 +0\/s/);
    },
  );
});

describe('bench', () => {
  it('prints the stack of an error in its own code, and ends with status 1', async () => {
    const { status, stdout, stderr } = await startCrashing('meter', '--to', '127.0.0.1:1').exited;
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/Error: boom\nand its second line\n +at /);
    expect(stderr).not.toContain('left out');
  });

  it('ends when nobody reads what it prints', async () => {
    const { endpoint } = await counting(true);
    const args = ['--to', endpoint, '--duration', '300ms', '--connections', '1'];
    const { status, stderr } = await startBenchIn('{ "$@"; echo "status $?" >&2; } | true', ...args).exited;
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'status 0\n' });
  });

  it('goes on with as many connections as the process may open', async () => {
    const { endpoint } = await counting(true);
    const { status, stdout, stderr } = await startBenchIn(
      'ulimit -n 40; exec "$@"',
      ...['--to', endpoint, '--json', '--duration', '300ms', '--connections', '64'],
    ).exited;
    expect(stderr).toMatch(
      /^echoscope: socket: \S+: too many open files \(EMFILE\) — raise the limit with ulimit -n, or keep fewer connections open \(\d+ times, first on connection \d+\)\n$/,
    );
    const { latency, errors } = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(latency, 'of the others').not.toBeNull();
    expect(errors).toBeGreaterThan(20);
  });

  it.each([
    ['[::1]', '::1'],
    ['localhost', '127.0.0.1'],
  ])('reaches %s', async (host, address) => {
    const port = (await serveTcp(echo, address)).split(':').at(-1);
    const { status, stdout, stderr } = await bench('--to', `${host}:${port}`, '--json', '--duration', '100ms');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout).latency).not.toBeNull();
  });

  it('names the host that is not known', async () => {
    const { status, stdout, stderr } = await bench('--to', 'nowhere.invalid:1', '--json');
    expect(stderr).toMatch(/^echoscope: connect: nowhere.invalid:1: host not found \((ENOTFOUND|EAI_AGAIN)\)/);
    expect(JSON.parse(stdout)).toMatchObject({ seconds: 0, roundTrips: 0, latency: null, errors: 1 });
    expect(status).toBe(1);
  });

  it('prints no table when nothing came back', async () => {
    const { status, stdout } = await bench('--to', closedEndpoint);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});

describe('bench in a terminal', () => {
  const open = async (columns: number, { env = {}, threads = '1', duration = '10s' } = {}) => {
    const { endpoint } = await counting(true);
    const what = ['--to', endpoint, '--duration', duration, '--connections', '2', '--threads', threads];
    const command = [builtProgram(), 'bench', ...what];
    // The latencies of a busy machine spread over many lines, of which none may scroll away.
    const terminal = openTerminal({ command: process.execPath, args: command, columns, rows: 60, env });
    onTestFinished(() => terminal.close());
    return terminal;
  };

  it.each([
    ['1', '2 connections'],
    ['2', '2 connections in 2 threads'],
  ])('shows how far it is with %s threads, and takes that back', async (threads, connections) => {
    const terminal = await open(80, { threads });
    await terminal.until(/^▇+─+ {2}\d\.\d of 10\.0 s {2}[\d,]+ round trips\/s$/m);
    terminal.signal('SIGINT');
    expect(await terminal.exited).toEqual({ status: 130, signal: null });
    const lines = terminal.text().trimEnd().split('\n');
    expect(lines[0]).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+ {2}pingpong, .*, 64 bytes, \d\.\d\d s$/);
    expect(lines[0]).toContain(` ${connections}, `);
    expect(terminal.text()).not.toContain('─');
  });

  it('shows its progress on one line in a narrow terminal', async () => {
    const terminal = await open(20);
    await terminal.until(/^\d\.\d of 10\.0 s/m);
    expect(terminal.text().trimEnd().split('\n')).toHaveLength(1);
  });

  it('writes only ASCII in a locale without UTF-8', async () => {
    const terminal = await open(80, { env: { LC_ALL: 'C' } });
    await terminal.until('#');
    terminal.signal('SIGINT');
    await terminal.exited;
    expect(terminal.text(), 'the table').toMatch(/^latency .*\n.*#/ms);
    expect(Array.from(terminal.raw()).filter((character) => character > '\x7f')).toEqual([]);
  });

  it('shows no progress on a dumb terminal', async () => {
    const terminal = await open(80, { env: { TERM: 'dumb' }, duration: '500ms' });
    await terminal.exited;
    expect(terminal.raw()).not.toContain('\x1b');
    expect(terminal.raw()).not.toContain('of 0.5 s');
  });
});
