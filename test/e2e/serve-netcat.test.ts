import { describe, expect, it } from 'vitest';
import { startServer } from '../commands/serve/server.ts';
import { netcat } from '../support/net/netcat.ts';
import { requireProgram } from '../support/program.ts';
import { builtProgram } from './program.ts';

describe.runIf(requireProgram('nc'))('netcat and echoscope serve, as they are', () => {
  it('talk, and half-close as netcat -N does', async () => {
    await using server = await startServer([':0', '--json'], { program: builtProgram() });
    const nc = netcat(['-N', '127.0.0.1', String(server.port)]);
    nc.end('hello\n');
    expect(await nc.exited).toEqual({ status: 0, signal: null });
    expect(nc.received().toString()).toBe('hello\n');
    expect(await server.event('close')).toMatchObject({ how: 'fin', bytesIn: 6, bytesOut: 6 });
  });
});
