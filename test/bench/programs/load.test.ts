import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { alters, answering, doubles, endsAfter, loses } from '../../commands/bench/faulty.ts';
import { freePort, serveTcp, serveUdp } from '../../e2e/send-run.ts';
import { requireProgram } from '../../support/program.ts';
import { generatorInC, type Load, type Report } from '../load.ts';
import { compile } from './compile.ts';

const compiled = compile('load');
const generator = generatorInC(compiled.binary);
const execute = promisify(execFile);

afterAll(() => compiled.remove());

const portOf = (endpoint: string): number => Number(endpoint.split(':').at(-1));

const load = async (port: number, what: Load, transport: 'tcp' | 'udp' = 'tcp'): Promise<Report> => {
  const [program, ...args] = generator({ transport, port }, what, 0.3);
  return JSON.parse((await execute(program, args)).stdout);
};

const echo = answering((chunk) => chunk);

describe.runIf(requireProgram('cc'))('the load generator in C', () => {
  it.each([
    { mode: 'pingpong', connections: 64, size: 64 },
    { mode: 'pingpong', connections: 1000, size: 1 },
    { mode: 'pingpong', connections: 3, size: 65_536 },
    { mode: 'stream', connections: 8, size: 65_536 },
    { mode: 'stream', connections: 1, size: 7 },
    { mode: 'connect', connections: 8, size: 16 },
    { mode: 'connect', connections: 2, size: 65_536 },
  ] as const)('finds no fault with an echo: $mode, $connections, $size B', async (what) => {
    const report = await load(portOf(await serveTcp(echo)), what);
    const { roundTripsPerSecond, bytesPerSecond, connectionsPerSecond } = report;
    const rates = { pingpong: roundTripsPerSecond, stream: bytesPerSecond, connect: connectionsPerSecond };
    for (const [mode, rate] of Object.entries(rates)) {
      if (mode === what.mode) expect(rate).toBeGreaterThan(0);
      else expect(rate).toBeNull();
    }
    expect(report).toMatchObject({ errors: 0, corrupt: 0 });
  });

  it('counts the bytes that are altered', async () => {
    const port = portOf(await serveTcp(alters));
    for (const mode of ['pingpong', 'stream'] as const)
      expect(await load(port, { mode, connections: 3, size: 100 })).toMatchObject({ errors: 0, corrupt: 3 });
  });

  it.each([
    ['loses', loses],
    ['doubles', doubles],
    ['ends too early', endsAfter(2000, (socket) => socket.end())],
    ['breaks off', endsAfter(2000, (socket) => socket.resetAndDestroy())],
  ])('tells of an echo that %s', async (_, server) => {
    const port = portOf(await serveTcp(server));
    for (const mode of ['pingpong', 'stream'] as const) {
      const { errors, corrupt } = await load(port, { mode, connections: 1, size: 100 });
      expect(errors + corrupt).toBeGreaterThan(0);
    }
  });

  it('tells of an answer that is cut off', async () => {
    const port = portOf(await serveTcp(endsAfter(10, (socket) => socket.end('short'))));
    const { errors, connectionsPerSecond } = await load(port, { mode: 'connect', connections: 2, size: 16 });
    expect(errors).toBeGreaterThan(0);
    expect(connectionsPerSecond).toBe(0);
  });

  it('sends datagrams, and counts the answers that never come', async () => {
    const what = { mode: 'pingpong', connections: 16, size: 64 } as const;
    const answers = await load(portOf(await serveUdp((bytes) => [bytes])), what, 'udp');
    expect(answers).toMatchObject({ errors: 0, corrupt: 0 });
    expect(answers.roundTripsPerSecond).toBeGreaterThan(0);
    expect(await load(portOf(await serveUdp(() => [])), what, 'udp')).toMatchObject({ errors: 16 });
  });

  it.each([
    ['twice', (bytes: Buffer) => [bytes, bytes]],
    ['in part', (bytes: Buffer) => [bytes.subarray(1)]],
    ['with a byte more', (bytes: Buffer) => [Buffer.concat([bytes, bytes.subarray(0, 1)])]],
  ])('tells of datagrams that come back %s', async (_, answer) => {
    const what = { mode: 'pingpong', connections: 4, size: 64 } as const;
    const { errors, corrupt } = await load(portOf(await serveUdp(answer)), what, 'udp');
    expect(errors + corrupt).toBeGreaterThan(0);
  });

  it('waits for the rest of a slow answer', async () => {
    const slowly = (socket: Socket): void => {
      const held: Buffer[] = [];
      socket.on('data', (bytes) => held.push(bytes));
      const timer = setInterval(() => socket.write(held.shift() ?? ''), 20);
      socket.on('close', () => clearInterval(timer));
      socket.on('end', () => {
        const end = setInterval(() => {
          if (held.length > 0) return;
          clearInterval(end);
          socket.end();
        }, 20);
      });
    };
    const report = await load(portOf(await serveTcp(slowly)), { mode: 'stream', connections: 1, size: 65_536 });
    expect(report).toMatchObject({ errors: 0, corrupt: 0 });
  });

  it.each([
    ['stream', 'udp', '1', '64'],
    ['pingpong', 'udp', '1', '65508'],
    ['pingpong', 'tcp', '0', '64'],
    ['flood', 'tcp', '1', '64'],
  ])('refuses %s over %s with %s connections of %s B', async (mode, transport, connections, size) => {
    const words = [mode, transport, '9', connections, size, '100'];
    await expect(execute(compiled.binary, words)).rejects.toMatchObject({ code: 2 });
  });

  it('ends with a message where nothing listens', async () => {
    const port = portOf(await freePort());
    await expect(load(port, { mode: 'pingpong', connections: 1, size: 64 })).rejects.toThrow(
      'connect: Connection refused',
    );
    expect((await load(port, { mode: 'connect', connections: 1, size: 64 })).errors).toBeGreaterThan(0);
  });
});
