import { describe, expect, it } from 'vitest';
import { type Line, type Server, startServer } from '../commands/serve/server.ts';
import { builtProgram } from '../e2e/program.ts';
import { block, useMass } from './mass.ts';
import { run, startTool, type Tool } from './tool.ts';

const well = { status: 0, signal: null };

/** The built `serve` on both transports and families. */
const startServe = (...args: readonly string[]): Promise<Server> =>
  startServer([':0', '[::1]:0', 'udp://:0', 'udp://[::1]:0', '--json', ...args], {
    program: builtProgram(),
    listeners: 4,
  });

const startSend = (...args: readonly string[]): Tool => startTool(process.execPath, [builtProgram(), 'send', ...args]);

/** The endpoint that begins so, as the server told it. */
const endpointOf = (server: Server, start: string): string => {
  const endpoint = server.events().find((event) => String(event.endpoint).startsWith(start))?.endpoint;
  if (typeof endpoint !== 'string') throw new Error(`no ${start} in:\n${server.stdout()}`);
  return endpoint;
};

/** Stops the server and returns what it told at the end. */
const stop = async (server: Server): Promise<Line | undefined> => {
  server.signal('SIGTERM');
  expect(await server.exited).toEqual(well);
  expect(server.stderr()).toBe('');
  return server.events().at(-1);
};

describe('our client at our server', () => {
  const mass = useMass();

  it.each(['tcp://127.0.0.1', 'tcp://[::1]', 'udp://127.0.0.1', 'udp://[::1]'])('%s', async (start) => {
    await using server = await startServe();
    const sender = startSend('--expect-echo', '--to', endpointOf(server, start));
    sender.end(block);
    expect({ ...(await sender.exited), stderr: sender.stderr() }).toEqual({ ...well, stderr: '' });
    expect(sender.received().equals(block)).toBe(true);
    const both = { bytesIn: block.length, bytesOut: block.length };
    expect(await stop(server)).toMatchObject({ event: 'stopped', served: 1, refused: 0, ...both });
    const [transport] = start.split(':');
    expect(await server.event('close')).toMatchObject({ transport, ...both });
  });

  it.each([
    ['chunk', 'tcp://127.0.0.1'],
    ['chunk', 'tcp://[::1]'],
    ['eof', 'tcp://127.0.0.1'],
    ['eof', 'tcp://[::1]'],
  ])('64 MiB under %s, with no more room than that (%s)', async (discipline, start) => {
    const { path, sum } = mass();
    await using server = await startServe('--echo', discipline, '--max-buffer', '64MiB');
    const args = [builtProgram(), 'send', '--expect-echo', '--to', endpointOf(server, start)];
    expect(await run(process.execPath, args, path)).toEqual({ ...well, output: sum, stderr: '' });
    expect(await server.event('close')).toMatchObject({ bytesIn: sum.length, bytesOut: sum.length, how: 'fin' });
    expect(await stop(server)).toMatchObject({ open: 0, served: 1 });
  });

  it('under line: the last line comes back although it has no end', async () => {
    await using server = await startServe('--echo', 'line');
    const sender = startSend('--expect-echo', '--to', endpointOf(server, 'tcp://127.0.0.1'));
    sender.write('one\ntwo');
    await sender.receive('one\n');
    sender.end();
    expect(await sender.exited).toEqual(well);
    expect(sender.received().toString()).toBe('one\ntwo');
  });

  it('under none: nothing comes back, and that is no echo', async () => {
    await using server = await startServe('--echo', 'none');
    const to = endpointOf(server, 'tcp://127.0.0.1');
    const content = startSend('--to', to, 'hello');
    expect(await content.exited).toEqual(well);
    expect(content.received()).toHaveLength(0);
    const strict = startSend('--expect-echo', '--to', to, 'hello');
    expect(await strict.exited).toEqual({ status: 1, signal: null });
    expect(strict.stderr()).toContain('the reply ends 5 bytes short of the 5 sent');
    expect(await stop(server)).toMatchObject({ served: 2, bytesIn: 10, bytesOut: 0 });
  });

  it('more than the server may hold is a reset, which both report', async () => {
    await using server = await startServe('--echo', 'eof', '--max-buffer', '1KiB');
    const sender = startSend('--to', endpointOf(server, 'tcp://127.0.0.1'));
    sender.end(Buffer.alloc(1025));
    expect(await sender.exited).toEqual({ status: 1, signal: null });
    expect(sender.received()).toHaveLength(0);
    expect(sender.stderr()).toMatch(/^echoscope: (?:recv|send): \S+: .+ \((?:ECONNRESET|EPIPE)\) — [^\n]+\n$/u);
    expect(await server.event('close')).toMatchObject({ how: 'limit', bytesIn: 1025, bytesOut: 0 });
  });
});
