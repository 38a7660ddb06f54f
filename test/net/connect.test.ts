import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectTcp, tcpSocket } from '../../src/net/connect.ts';
import { openDeaf } from '../support/net/deaf.ts';
import { until } from '../support/wait.ts';

/** Nothing listens there. */
const closed = '127.0.0.3';
const deafHost = '127.0.0.2';

interface Options {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Connects to a name that has these addresses. */
const connect = (port: number, addresses: readonly string[], options: Options = {}) => {
  const made: Socket[] = [];
  const asked: string[] = [];
  onTestFinished(() => {
    for (const socket of made) socket.destroy();
  });
  const make = (): Socket => {
    const socket = tcpSocket().on('connectionAttempt', (address) => asked.push(address));
    made.push(socket);
    return socket;
  };
  const addressesOf = () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  return { made, asked, connected: connectTcp({ host: 'name.test', port, make, addressesOf, ...options }) };
};

const serve = async (host: string, port = 0): Promise<number> => {
  const server = createServer((socket) => socket.pipe(socket)).listen(port, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
};

describe('a name with several addresses', () => {
  it('connects to the first one though its SYN is answered on the second try, and the last one refuses', async () => {
    const deaf = await openDeaf(deafHost);
    const { connected } = connect(deaf.port, [deafHost, closed]);
    await deaf.dropped();
    deaf.listen();
    expect((await connected).remoteAddress).toBe(deafHost);
  });

  it('does not wait for an address that never answers', async () => {
    const deaf = await openDeaf(deafHost);
    await serve('127.0.0.1', deaf.port);
    const { connected, made } = connect(deaf.port, [deafHost, closed, '127.0.0.1']);
    const socket = await connected;
    expect(socket.remoteAddress).toBe('127.0.0.1');
    expect(made).toHaveLength(3);
    await until(() => made.every((each) => each === socket || each.destroyed), 'the others to be closed');
    expect(socket.destroyed).toBe(false);
  });

  it('asks the first one alone where that answers', async () => {
    const port = await serve('127.0.0.1');
    const { connected, made } = connect(port, ['127.0.0.1', closed]);
    await connected;
    expect(made).toHaveLength(1);
  });

  it('asks IPv6 and IPv4 in turn, in the order of the system', async () => {
    const port = await serve('127.0.0.1');
    const { connected, asked } = connect(port, [closed, '127.0.0.5', '127.0.0.1', '::1']);
    await connected;
    // Where there is no IPv6 that attempt fails as the others do.
    expect(asked).toEqual([closed, '::1', '127.0.0.5', '127.0.0.1']);
  });

  it('tells which address refused, rather than which could not be asked', async () => {
    const { connected } = connect(await serve('127.0.0.1'), ['255.255.255.255', closed]);
    await expect(connected).rejects.toMatchObject({ code: 'ECONNREFUSED', address: closed });
  });

  it('is given up after the time that all of them have together', async () => {
    const deaf = await openDeaf(deafHost);
    const { connected, made } = connect(deaf.port, [deafHost, closed], { timeoutMs: 400 });
    await expect(connected).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(made.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  it('is given up when it is no longer wanted', async () => {
    const deaf = await openDeaf(deafHost);
    const over = new AbortController();
    const { connected, made } = connect(deaf.port, [deafHost, closed], { signal: over.signal });
    await deaf.dropped();
    over.abort();
    await expect(connected).rejects.toMatchObject({ code: 'ECANCELED' });
    expect(made.every(({ destroyed }) => destroyed)).toBe(true);
  });

  it('that does not exist is one error', async () => {
    await expect(connectTcp({ host: 'name.invalid', port: 1, make: tcpSocket })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/),
    });
  });
});
