import { describe, expect, it } from 'vitest';
import { type Server, startServer } from '../commands/serve/server.ts';
import { openClient } from '../support/net/client.ts';

/** Peers that are gone by RST before the server can accept them: it is stopped meanwhile. The n-th has sent n bytes. */
const resetBeforeAccept = async (server: Server, count: number): Promise<void> => {
  await server.stop();
  for (let n = 0; n < count; n++) {
    const client = await openClient(server.port);
    if (n > 0) await client.write('x'.repeat(n));
    client.reset();
  }
  server.signal('SIGCONT');
};

describe('peers that reset before they are accepted', () => {
  it('are counted as served, told without an address, and other peers get their echo', async () => {
    await using server = await startServer([':0', '--json']);
    const bystander = await openClient(server.port);
    await server.event('open');
    await resetBeforeAccept(server, 5);
    for (let n = 0; n < 5; n++) await server.event('close', { how: 'reset', peer: 'unknown' });
    await bystander.write('still here');
    await bystander.receive('still here');
    bystander.end();
    await bystander.ended;
    await server.event('close', { how: 'fin', bytesIn: 10, bytesOut: 10 });
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.events().at(-1)).toMatchObject({ event: 'stopped', open: 0, served: 6 });
    bystander.destroy();
  });

  it('are refused where --allow or --deny is given, as their address is not known any more', async () => {
    await using server = await startServer([':0', '--json', '--deny', '127.0.0.0/8']);
    await resetBeforeAccept(server, 3);
    await server.event('refused');
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    const events = server.events().map(({ event }) => event);
    expect(events).toEqual(['listening', 'refused', 'refused', 'refused', 'stopped']);
    expect(server.events().at(-1)).toMatchObject({ served: 0, refused: 3, bytesIn: 0 });
  });
});
