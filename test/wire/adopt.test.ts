import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { adopt } from '../../src/wire/adopt.ts';
import { type Client, openClient } from '../support/client.ts';
import { until } from '../support/wait.ts';

/** An accepted socket, its peer, and how many connections the server counts. */
const accept = async (): Promise<{ accepted: Socket; client: Client; counted: () => Promise<number> }> => {
  const server = createServer({ allowHalfOpen: true });
  const connected = once(server, 'connection');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const client = await openClient(address !== null && typeof address === 'object' ? address.port : 0);
  const [accepted]: Socket[] = await connected;
  if (accepted === undefined) throw new Error('nothing was accepted');
  onTestFinished(() => {
    client.destroy();
    accepted.destroy();
    server.close();
  });
  const counted = (): Promise<number> =>
    new Promise((resolve, reject) => {
      server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  return { accepted, client, counted };
};

describe('an adopted socket', () => {
  it('reads into one and the same memory', async () => {
    const { accepted, client } = await accept();
    const reads: { memory: ArrayBufferLike; text: string }[] = [];
    const socket = adopt(accepted, (bytes) => {
      reads.push({ memory: bytes.buffer, text: bytes.toString() });
      return true;
    });
    socket?.resume();
    for (const word of ['one', 'two', 'three']) {
      const before = reads.length;
      await client.write(word);
      await until(() => reads.length > before, 'a read');
    }
    expect(reads.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(new Set(reads.map(({ memory }) => memory)).size).toBe(1);
  });

  it('reads no more once it was told so, until it is resumed', async () => {
    const { accepted, client } = await accept();
    let text = '';
    const socket = adopt(accepted, (bytes) => {
      text += bytes.toString();
      return false;
    });
    socket?.resume();
    await client.write('one');
    await until(() => text === 'one', 'the first read');
    await client.write('two');
    // What is sent the other way and comes back shows that the loop has turned.
    socket?.write('ready');
    await client.receive(5);
    expect(text).toBe('one');
    socket?.resume();
    await until(() => text === 'onetwo', 'the second read');
  });

  it('tells of FIN, answers, and ends; its server counts it until then', async () => {
    const { accepted, client, counted } = await accept();
    const socket = adopt(accepted, () => true);
    socket?.on('end', () => socket.end('bye'));
    socket?.resume();
    expect(await counted()).toBe(1);
    client.end();
    expect(await client.ended).toBe('FIN');
    expect(client.received().toString()).toBe('bye');
    await until(() => socket?.closed === true, 'its close');
    expect(await counted()).toBe(0);
  });

  it('is not to be had where a part of the handle is missing: the accepted one goes on', async () => {
    const { accepted, client } = await accept();
    const handle: unknown = Reflect.get(accepted, '_handle');
    if (typeof handle !== 'object' || handle === null) throw new Error('no handle');
    Object.defineProperty(handle, 'useUserBuffer', { value: undefined });
    accepted.on('data', (bytes) => accepted.write(bytes));
    expect(adopt(accepted, () => true)).toBeNull();
    await client.write('still here');
    await client.receive(10);
    expect(client.received().toString()).toBe('still here');
  });
});
