import { describe, expect, it, onTestFinished } from 'vitest';
import { builtProgram } from '../../e2e/program.ts';
import { echo, freePort, serveTcp } from '../../e2e/send-run.ts';
import { openTerminal } from '../../support/pty.ts';
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

describe('bench cut short', () => {
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

  it('in the middle of many small pieces is over soon', async () => {
    const { endpoint, count } = await counting(true);
    const running = startBench('--to', endpoint, '--json', '--duration', '1m', '--mode', 'stream');
    await until(() => count() === 64, 'its connections');
    const since = performance.now();
    running.kill('SIGINT');
    const { status } = await running.exited;
    expect(status).toBe(130);
    // A connection that is gone would be asked for more for ever.
    expect(performance.now() - since).toBeLessThan(1500);
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
  it('ends with the stack of a defect of its own', async () => {
    const { status, stdout, stderr } = await startCrashing('meter', '--to', '127.0.0.1:1').exited;
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/Error: boom\nand its second line\n +at /);
    expect(stderr).not.toContain('left out');
  });

  it('is over when nobody reads what it prints', async () => {
    const { endpoint } = await counting(true);
    const args = ['--to', endpoint, '--duration', '300ms', '--connections', '1'];
    const { status, stderr } = await startBenchIn('{ "$@"; echo "status $?" >&2; } | true', ...args).exited;
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'status 0\n' });
  });

  it('goes on with as many connections as the process may have', async () => {
    const { endpoint } = await counting(true);
    const { status, stdout, stderr } = await startBenchIn(
      'ulimit -n 40; exec "$@"',
      ...['--to', endpoint, '--json', '--duration', '300ms', '--connections', '64'],
    ).exited;
    expect(stderr).toMatch(
      /^echoscope: socket: \S+: too many open files \(EMFILE\) — raise the limit with ulimit -n, or keep fewer connections open \(\d+ times, first on connection \d+\)\n$/,
    );
    const { roundTrips, errors } = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(roundTrips).toBeGreaterThan(0);
    expect(errors).toBeGreaterThan(20);
  });

  it.each([
    ['[::1]', '::1'],
    ['localhost', '127.0.0.1'],
  ])('reaches %s', async (host, address) => {
    const port = (await serveTcp(echo, address)).split(':').at(-1);
    const { status, stdout, stderr } = await bench('--to', `${host}:${port}`, '--json', '--duration', '100ms');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout).roundTrips).toBeGreaterThan(0);
  });

  it('says which name it does not know', async () => {
    const { status, stdout, stderr } = await bench('--to', 'nowhere.invalid:1', '--json');
    expect(stderr).toMatch(/^echoscope: connect: nowhere.invalid:1: host not found \((ENOTFOUND|EAI_AGAIN)\)/);
    expect(JSON.parse(stdout)).toMatchObject({ seconds: 0, roundTrips: 0, latency: null, errors: 1 });
    expect(status).toBe(1);
  });

  it('leaves the table out where nothing came back', async () => {
    const { status, stdout } = await bench('--to', await freePort());
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});

describe('bench in a terminal', () => {
  const open = async (columns: number, env = {}, threads = '1') => {
    const { endpoint } = await counting(true);
    const what = ['--to', endpoint, '--duration', '500ms', '--connections', '2', '--threads', threads];
    const command = [builtProgram(), 'bench', ...what];
    const terminal = openTerminal({ command: process.execPath, args: command, columns, rows: 24, env });
    onTestFinished(() => terminal.close());
    return terminal;
  };

  it.each([
    ['1', '2 connections'],
    ['2', '2 connections in 2 threads'],
  ])('shows how far it is with %s threads, and takes that back', async (threads, connections) => {
    const terminal = await open(80, {}, threads);
    await terminal.until(() => /^▇+─+ {2}0\.\d of 0\.5 s {2}[\d,]+ round trips\/s$/m.test(terminal.text()));
    expect(await terminal.exited).toEqual({ status: 0, signal: null });
    const lines = terminal.text().trimEnd().split('\n');
    expect(lines[0]).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+ {2}pingpong, .*, 64 bytes, 0\.5\d s$/);
    expect(lines[0]).toContain(` ${connections}, `);
    expect(terminal.text()).not.toContain('─');
  });

  it('stays on one line in a narrow one', async () => {
    const terminal = await open(20);
    await terminal.until(() => /^0\.\d of 0\.5 s/m.test(terminal.text()));
    expect(terminal.text().trimEnd().split('\n')).toHaveLength(1);
  });

  it('writes ASCII alone where the locale asks for it', async () => {
    const terminal = await open(80, { LC_ALL: 'C' });
    await terminal.exited;
    expect(terminal.raw()).toMatch(/#/);
    expect(Array.from(terminal.raw()).filter((character) => character > '\x7f')).toEqual([]);
  });

  it('shows no bar on a dumb one', async () => {
    const terminal = await open(80, { TERM: 'dumb' });
    await terminal.exited;
    expect(terminal.raw()).not.toContain('\x1b');
    expect(terminal.raw()).not.toContain('of 0.5 s');
  });
});
