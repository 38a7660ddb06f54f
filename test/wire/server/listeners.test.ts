import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultError } from '../../../src/engine/engine.ts';
import type { Endpoint } from '../../../src/text/endpoint.ts';
import { isTurnedAway, openClient } from '../../support/net/client.ts';
import { freePort } from '../../support/net/free-port.ts';
import { startWire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

const tcp = (host: string, port = 0): Endpoint => ({ transport: 'tcp', host, port });

const fault = async (endpoints: readonly Endpoint[]): Promise<unknown> => {
  try {
    await (await startWire(endpoints)).engine.stop(0);
    return null;
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
};

describe('listeners', () => {
  it('tell their real ports, and answer there at once', async () => {
    await using wire = await startWire([tcp('127.0.0.1'), tcp('::1'), tcp('127.0.0.1')]);
    expect(wire.endpoints.map((endpoint) => endpoint.host)).toEqual(['127.0.0.1', '::1', '127.0.0.1']);
    expect(new Set(wire.endpoints.map((endpoint) => endpoint.port)).size).toBe(3);
    for (const { host, port } of wire.endpoints) {
      const client = await openClient(port, host);
      await client.write(host);
      await client.receive(host);
      client.destroy();
    }
  });

  it('speak IPv6, and show peers in brackets', async () => {
    await using wire = await startWire([tcp('::1')]);
    const client = await openClient(wire.port, '::1');
    await client.write('안녕');
    await client.receive('안녕');
    const row = await wire.row((row) => row.bytesOut === 6, 'has sent 6 bytes');
    expect(row.peer).toMatch(/^\[::1\]:\d+$/);
    expect(row.local).toBe(`[::1]:${wire.port}`);
    client.destroy();
  });

  it('take IPv4 peers on [::] too, and leave them to an IPv4 endpoint of the same port beside it', async () => {
    const free = await freePort({ transport: 'tcp', host: '::' });
    await using both = await startWire([tcp('::', free)]);
    const mapped = await openClient(both.port, '127.0.0.1');
    expect((await both.row(() => true, 'is there')).peer).toMatch(/^127\.0\.0\.1:\d+$/);
    mapped.destroy();
    await both.engine.stop(0);

    await using apart = await startWire([tcp('::', free), tcp('0.0.0.0', free)]);
    const plain = await openClient(free, '127.0.0.1');
    expect((await apart.row(() => true, 'is there')).peer).toMatch(/^127\.0\.0\.1:\d+$/);
    plain.destroy();
  });

  describe('that cannot be opened', () => {
    const blocker = createServer();
    let taken = 0;
    beforeAll(async () => {
      await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
      const address = blocker.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      taken = address.port;
    });
    afterAll(() => blocker.close());

    it('name the stage and the errno of a port in use', async () => {
      expect(await fault([tcp('127.0.0.1', taken)])).toMatchObject({
        stage: 'bind',
        code: 'EADDRINUSE',
        endpoint: tcp('127.0.0.1', taken),
      });
    });

    it('name an address that is not ours', async () => {
      expect(await fault([tcp('192.0.2.1')])).toMatchObject({ stage: 'bind', code: 'EADDRNOTAVAIL' });
    });

    it('name a host that nobody knows', async () => {
      expect(await fault([tcp('no-such-host.invalid')])).toMatchObject({
        stage: 'bind',
        code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
      });
    });

    it('leave no other listener open', async () => {
      const port = await freePort({ transport: 'tcp', host: '127.0.0.1' });
      expect(await fault([tcp('127.0.0.1', port), tcp('127.0.0.1', taken)])).toMatchObject({ code: 'EADDRINUSE' });
      await expect(openClient(port)).rejects.toThrow('ECONNREFUSED');
    });
  });

  it('refuse and count connections beyond the limit, and disturb nobody', async () => {
    await using wire = await startWire([tcp('127.0.0.1')], { maxConnections: 2 });
    const kept = [await openClient(wire.port), await openClient(wire.port)];
    await until(() => wire.reading().totals.open === 2, 'two connections');
    expect(await isTurnedAway(wire.port)).toBe(true);
    expect(wire.reading().totals).toMatchObject({ open: 2, served: 2, refused: 1 });
    for (const client of kept) {
      await client.write('still here');
      await client.receive('still here');
      client.destroy();
    }
    await until(() => wire.reading().totals.open === 0, 'room again');
    const fourth = await openClient(wire.port);
    await fourth.write('x');
    await fourth.receive(1);
    fourth.destroy();
  });
});
