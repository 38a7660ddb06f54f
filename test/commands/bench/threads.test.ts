import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LoadThreads } from '../../../src/commands/bench/load/load-threads.ts';
import { parseEndpoint } from '../../../src/text/endpoint.ts';
import { echo, serveTcp } from '../../e2e/send-run.ts';
import { until } from '../../support/wait.ts';
import { confuses } from './faulty.ts';
import { bench, benchUntil, startBench, startCrashing } from './run.ts';

/** An honest server that knows how many connections it has at once, and how many bytes it got. */
const accounting = async () => {
  const open = new Set<Socket>();
  let most = 0;
  let bytes = 0;
  const endpoint = await serveTcp((socket) => {
    open.add(socket);
    most = Math.max(most, open.size);
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('close', () => open.delete(socket));
    echo(socket);
  });
  return { endpoint, open: () => open.size, most: () => most, bytes: () => bytes };
};

const inThreads = (threads: number, ...args: readonly string[]) => ['--threads', `${threads}`, ...args];

describe.each([2, 3])('bench in %i threads', (threads) => {
  it('has one result: all connections, all round trips, all latencies', async () => {
    const server = await accounting();
    const args = inThreads(threads, '--connections', '7', '--size', '100', '--duration', '1s', '--json');
    const began = performance.now();
    const { status, stdout, stderr } = await bench('--to', server.endpoint, ...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { seconds, roundTrips, roundTripsPerSecond, bytesPerSecond, latency, ...rest } = JSON.parse(stdout);
    const none = { connectionsPerSecond: null, errors: 0, corrupt: 0 };
    expect(rest).toStrictEqual({ mode: 'pingpong', connections: 7, size: 100, ...none });
    expect(server.most()).toBe(7);
    expect(seconds).toBeGreaterThanOrEqual(0.99);
    expect(seconds).toBeLessThan((performance.now() - began) / 1000);
    // What was begun within the time and over after it is no part of the rate: one of each connection at most.
    const sent = server.bytes() / 100;
    expect(roundTrips).toBeLessThanOrEqual(sent);
    expect(roundTrips).toBeGreaterThanOrEqual(sent - 7);
    // The seconds are told to the thousandth.
    expect((roundTripsPerSecond * seconds) / roundTrips).toBeCloseTo(1, 1);
    expect(bytesPerSecond / roundTripsPerSecond).toBeCloseTo(100, 1);
    expect(latency.p50).toBeLessThanOrEqual(latency.max);
  });

  it('has the latency of each connection in one histogram', async () => {
    // The nth connection is answered after 500 and n times 100 ms: one round trip each, whichever thread has it.
    let connections = 0;
    let answers = 0;
    const server = await serveTcp((socket) => {
      const waitMs = 500 + 100 * ++connections;
      socket.on('data', (chunk) => {
        answers += 1;
        setTimeout(() => socket.write(chunk), waitMs);
      });
    });
    const args = inThreads(threads, '--connections', '6', '--duration', '50ms');
    const { status, stdout } = await bench('--to', server, ...args);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(` 6 connections in ${threads} threads,`));
    const counts = [...stdout.matchAll(/^ +\d\S* m?s +(\d+)(?: +▇+)?$/gm)].map(([, count]) => Number(count));
    expect(answers).toBeGreaterThanOrEqual(6);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(answers);
    const { max, p50 } = JSON.parse((await bench('--to', server, '--json', ...args)).stdout).latency;
    // Those of the second run are the seventh to the twelfth.
    expect(max).toBeGreaterThan(1699);
    expect(p50).toBeGreaterThan(1199);
    expect(p50).toBeLessThan(max);
  });

  it.each(['stream', 'connect'])('loads an honest server: %s', async (mode) => {
    const { endpoint } = await accounting();
    const args = inThreads(threads, '--mode', mode, '--connections', '5', '--duration', '1s', '--json');
    const { status, stdout, stderr } = await bench('--to', endpoint, ...args, '--size', '10000');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { bytesPerSecond, connectionsPerSecond } = JSON.parse(stdout);
    expect(bytesPerSecond).toBeGreaterThan(0);
    if (mode === 'connect') expect(connectionsPerSecond).toBeGreaterThan(0);
    else expect(connectionsPerSecond).toBeNull();
  });

  it('notices bytes that went to a connection of another thread', async () => {
    const server = await serveTcp(confuses(threads));
    const args = inThreads(threads, '--connections', `${threads}`, '--duration', '1m', '--json');
    const { status, stdout, stderr } = await bench('--to', server, ...args);
    const { errors, corrupt } = JSON.parse(stdout);
    expect({ status, errors, corrupt }).toEqual({ status: 1, errors: 0, corrupt: threads });
    expect(stderr).toMatch(
      new RegExp(`^echoscope: recv: \\S+: the echo differs .* \\(${threads} times, first on connection \\d\\)\\n$`),
    );
  });

  it('waits until a slow server has served all, whichever thread comes last', async () => {
    const held: (() => void)[] = [];
    const server = await serveTcp((socket) => {
      socket.once('data', (chunk) => {
        held.push(() => socket.write(chunk));
        // One after the other: all but the first are silent for longer than the 2 s that one alone would be given.
        if (held.length === threads) for (const [at, answer] of held.entries()) setTimeout(answer, 1100 * (at + 1));
      });
    });
    const args = inThreads(threads, '--connections', `${threads}`, '--duration', '10ms', '--json');
    const { status, stderr } = await bench('--to', server, ...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('loads a UDP server, and counts a lost datagram of each connection', async () => {
    const asked = new Map<number, number>();
    // Of each connection the second datagram is lost.
    const server = createSocket('udp4', (datagram, { port, address }) => {
      const count = (asked.get(port) ?? 0) + 1;
      asked.set(port, count);
      if (count !== 2) server.send(datagram, port, address);
    }).bind(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const args = inThreads(threads, '--connections', '4', '--json', '--to', `udp://127.0.0.1:${server.address().port}`);
    const isOver = () => asked.size === 4 && [...asked.values()].every((count) => count > 2);
    const { status, stdout, stderr } = await benchUntil(isOver, 'all to go on after their loss', ...args);
    const { roundTrips, errors, corrupt } = JSON.parse(stdout);
    expect({ status, corrupt, errors }).toEqual({ status: 130, corrupt: 0, errors: 4 });
    expect(roundTrips).toBeGreaterThanOrEqual(4);
    expect(stderr).toMatch(/no answer to datagram 2 .* \(4 times, first on connection [1-4]\)\n$/);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is cut short by %s, and prints what all have', async (signal, wanted) => {
    const server = await accounting();
    const args = inThreads(threads, '--connections', '4', '--duration', '1m', '--json');
    const running = startBench('--to', server.endpoint, ...args);
    await until(() => server.open() === 4 && server.bytes() > 4 * 64, 'its bytes');
    running.kill(signal);
    const { status, stdout, stderr } = await running.exited;
    expect({ status, stderr }).toEqual({ status: wanted, stderr: '' });
    const { roundTrips, seconds } = JSON.parse(stdout);
    expect(roundTrips).toBeGreaterThan(0);
    expect(roundTrips).toBeGreaterThanOrEqual(server.bytes() / 64 - 4);
    expect(seconds).toBeLessThan(30);
  });
});

describe('the threads of a bench', () => {
  /** As they are driven; their connections end with the test. */
  const driven = (to: string, plan = {}) => {
    const endpoint = { ...parseEndpoint(to), ...plan };
    const threads = new LoadThreads(
      { endpoint, host: endpoint.host, mode: 'pingpong', connections: 5, size: 64, noHalfClose: false },
      2,
    );
    onTestFinished(() => void threads.close().catch(() => undefined));
    return threads;
  };

  it('have opened all connections before any of them sends', async () => {
    const server = await accounting();
    const threads = driven(server.endpoint);
    await threads.open();
    await until(() => server.open() === 5, 'its connections');
    expect(server.bytes()).toBe(0);
    threads.start();
    await until(() => threads.counts.roundTrips > 5, 'round trips, told while it goes on');
    expect(threads.work.seconds).toBeGreaterThan(0);
    threads.stop();
    await threads.finished;
    const { work, counters } = await threads.close();
    expect(counters.bytes).toBe(server.bytes());
    expect(counters.latency.count).toBe(counters.roundTrips);
    expect(work.roundTrips).toBeLessThanOrEqual(counters.roundTrips);
  });

  it('report at the end why one could not be started, and do not wait for it', async () => {
    // Stands for a system that has no thread to give: a function does not cross threads.
    const threads = driven('127.0.0.1:1', { toString: () => 'a function' });
    await threads.open();
    threads.start();
    await threads.finished;
    await expect(threads.close().then(({ work }) => work)).rejects.toThrow(
      /^thread 1 of 2 failed: .*could not be cloned/,
    );
  });
});

describe('a bench whose thread dies', () => {
  it.each([
    ['worker', /boom\\nand its second line/],
    ['worker-exit', /it ended \(code 7\)/],
    ['worker-memory', /memory/],
  ])('in the way %s says so in one line, and ends with 1', async (how, why) => {
    const server = await accounting();
    const args = inThreads(2, '--connections', '4', '--duration', '1m');
    const running = startCrashing(how, '--to', server.endpoint, ...args);
    await until(() => server.open() === 4 && server.bytes() > 0, 'its bytes');
    running.kill('SIGUSR2');
    const { status, stdout, stderr } = await running.exited;
    expect({ status, stdout }, stderr).toEqual({ status: 1, stdout: '' });
    const lines = stderr.split('\n').filter((line) => line.startsWith('echoscope: '));
    expect(lines).toEqual([expect.stringMatching(/^echoscope: thread [12] of 2 failed: .*left out$/)]);
    expect(lines[0]).toMatch(why);
    await until(() => server.open() === 0, 'the end of its connections');
  });
});

describe('a bench with a thread that hangs', () => {
  it('ends after 5 s with an error and without a result', async () => {
    const server = await accounting();
    const args = inThreads(2, '--connections', '4', '--duration', '1m');
    const running = startCrashing('worker-stuck', '--to', server.endpoint, ...args);
    await until(() => server.open() === 4 && server.bytes() > 4 * 64, 'its bytes');
    running.kill('SIGUSR2');
    await until(() => running.stderr() === 'stuck\nstuck\n', 'both of them to be stuck');
    running.kill('SIGINT');
    const { status, stdout, stderr } = await running.exited;
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^stuck\nstuck\nechoscope: thread 1 of 2 failed: it did not answer for 5\.00 s; what the others did is left out\n$/,
    );
  });

  it('ends at once by SIGINT if the thread has not been loaded yet', async () => {
    const server = await accounting();
    const args = inThreads(2, '--connections', '4', '--json');
    const running = startCrashing('worker-unloaded', '--to', server.endpoint, ...args);
    await until(() => running.stderr() === 'stuck\nstuck\n', 'both of them to be stuck');
    running.kill('SIGINT');
    const { status, stdout } = await running.exited;
    expect(status).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ seconds: 0, roundTrips: 0, errors: 0, corrupt: 0 });
  });
});
