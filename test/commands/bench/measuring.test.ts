import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builtProgram } from '../../e2e/program.ts';
import { echo, serveTcp, serveUdp } from '../../e2e/send-run.ts';
import { until } from '../../support/wait.ts';
import { bench } from './run.ts';

const number = expect.any(Number);
const latency = { p50: number, p90: number, p99: number, p999: number, max: number };

/** What a run printed as JSON, which must be one line and nothing else. */
const json = (stdout: string): Record<string, unknown> => {
  expect(stdout.split('\n')).toEqual([expect.stringMatching(/^\{.*\}$/), '']);
  return JSON.parse(stdout);
};

/** The built program's own server: its two endpoints. */
const ourServer = async (): Promise<[tcp: string, udp: string]> => {
  const args = [builtProgram(), 'serve', ':0', 'udp://:0', '--json'];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    server.kill('SIGKILL');
  });
  let said = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const endpoints = (): string[] => [...said.matchAll(/"endpoint":"([^"]+)"/g)].map(([, endpoint = '']) => endpoint);
  await until(() => endpoints().length === 2, 'two listeners');
  const [tcp = '', udp = ''] = endpoints();
  return [tcp, udp];
};

const short = ['--json', '--duration', '300ms', '--connections', '4'] as const;

describe('bench against a correct echo', () => {
  it.each([
    [['--mode', 'pingpong'], { mode: 'pingpong', size: 64, roundTrips: number, roundTripsPerSecond: number, latency }],
    [['--mode', 'stream', '--size', '64KiB'], { mode: 'stream', size: 65_536 }],
    [
      ['--mode', 'connect', '--size', '16'],
      {
        mode: 'connect',
        size: 16,
        roundTrips: number,
        roundTripsPerSecond: number,
        connectionsPerSecond: number,
        latency,
      },
    ],
  ])('%j prints exactly one object', async (args, wanted) => {
    const { status, stdout, stderr } = await bench('--to', await serveTcp(echo), ...short, ...args);
    expect(stderr).toBe('');
    const none = { roundTrips: null, roundTripsPerSecond: null, connectionsPerSecond: null, latency: null };
    const all = { connections: 4, seconds: number, bytesPerSecond: number, errors: 0, corrupt: 0 };
    expect(json(stdout)).toStrictEqual({ ...none, ...all, ...wanted });
    expect(status).toBe(0);
  });

  it('ends after its duration also with many connections and small pieces', async () => {
    let bytes = 0;
    const server = await serveTcp((socket) => {
      socket.on('data', (chunk) => {
        bytes += chunk.length;
      });
      echo(socket);
    });
    // A load that leaves its timer no turn would not end at all.
    const { status, stderr } = await bench('--to', server, '--json', '--mode', 'stream', '--duration', '300ms');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(bytes).toBeGreaterThan(0);
  });

  it.each([
    ['127.0.0.1', '64', '4'],
    // More of them would not fit the server's receive buffer.
    ['127.0.0.1', '65507', '1'],
    ['::1', '1', '4'],
  ])('speaks UDP with %s, %s bytes at once', async (host, size, connections) => {
    const server = await serveUdp((datagram) => [datagram], host);
    const { status, stdout, stderr } = await bench(
      ...['--to', server, '--json', '--duration', '300ms'],
      ...['--size', size, '--connections', connections],
    );
    expect(stderr).toBe('');
    expect(json(stdout)).toMatchObject({ mode: 'pingpong', errors: 0, corrupt: 0, latency });
    expect(status).toBe(0);
  });
});

describe('bench --mode connect, against a peer that drops its reply at a half-close', () => {
  const dropping = (socket: Socket): void => {
    socket.once('data', (chunk) => {
      const timer = setTimeout(() => socket.write(chunk), 20);
      socket.once('end', () => {
        clearTimeout(timer);
        socket.destroy();
      });
    });
  };

  it('says what it may be', async () => {
    const { status, stderr } = await bench('--to', await serveTcp(dropping), ...short, '--mode', 'connect');
    expect(status).toBe(1);
    expect(stderr).toMatch(/: the peer closed at offset 0, 64 bytes short — [^\n]+ try --no-half-close \(/);
  });

  it('gets it with --no-half-close', async () => {
    const args = ['--mode', 'connect', '--no-half-close'];
    const { status, stdout, stderr } = await bench('--to', await serveTcp(dropping), ...short, ...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(json(stdout)).toMatchObject({ errors: 0, corrupt: 0, roundTrips: expect.any(Number) });
  });
});

describe('bench against our own server', () => {
  it.each([['pingpong'], ['stream'], ['connect']])('%s', async (mode) => {
    const [tcp] = await ourServer();
    const { status, stderr } = await bench('--to', tcp, ...short, '--mode', mode, '--size', '10000');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('pingpong over UDP', async () => {
    const [, udp] = await ourServer();
    const { status, stderr } = await bench('--to', udp, ...short);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
