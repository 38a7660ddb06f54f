import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openClient } from './client.ts';

const servers: ReturnType<typeof createServer>[] = [];

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, serve);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return address.port;
}

const echo = (socket: Socket) => {
  socket.pipe(socket);
};

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('outside client', () => {
  it('sends, receives, half-closes and sees the FIN', async () => {
    const client = await openClient(await listen(echo));
    await client.write('hello');
    await client.receive(5);
    client.end();
    expect(await client.ended).toBe('FIN');
    expect(client.received()).toEqual(Buffer.from('hello'));
  });

  it('sees a reset', async () => {
    const client = await openClient(await listen((socket) => socket.once('data', () => socket.resetAndDestroy())));
    await client.write('x');
    expect(await client.ended).toBe('RST');
  });

  it('resets', async () => {
    const reset = Promise.withResolvers<unknown>();
    const client = await openClient(await listen((socket) => socket.once('error', reset.resolve)));
    client.reset();
    expect(await reset.promise).toMatchObject({ code: 'ECONNRESET' });
    expect(await client.ended).toBe('own');
  });

  it('names in its error what came instead', async () => {
    const client = await openClient(await listen((socket) => socket.end('no')));
    await client.ended;
    await expect(client.receive('yes', 1)).rejects.toThrow('received 2 bytes, not "yes": "no"');
    client.destroy();
  });
});
