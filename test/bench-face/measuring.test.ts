import { describe, expect, it } from 'vitest';
import { echo, serveTcp, serveUdp } from '../e2e/send-run.ts';
import { bench } from './run.ts';

const number = expect.any(Number);
const latency = { p50: number, p90: number, p99: number, p999: number, max: number };

/** What a run printed as JSON, which must be one line and nothing else. */
const json = (stdout: string): Record<string, unknown> => {
  expect(stdout.split('\n')).toEqual([expect.stringMatching(/^\{.*\}$/), '']);
  return JSON.parse(stdout);
};

const short = ['--json', '--duration', '300ms', '--connections', '4'] as const;

describe('bench against an honest echo', () => {
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

  it('speaks UDP', async () => {
    const { status, stdout, stderr } = await bench('--to', await serveUdp((datagram) => [datagram]), ...short);
    expect(stderr).toBe('');
    expect(json(stdout)).toMatchObject({ mode: 'pingpong', errors: 0, corrupt: 0, latency });
    expect(status).toBe(0);
  });
});
