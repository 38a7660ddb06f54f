import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Endpoint, transportNames, transports } from '../../../src/text/endpoint.ts';
import { Listeners } from '../../../src/wire/server/listeners.ts';
import { lockPort } from '../../../src/wire/transport/port-lock.ts';
import { openClient } from '../../support/net/client.ts';
import { freePort } from '../../support/net/free-port.ts';
import { openUdp } from '../../support/net/udp.ts';
import { startWire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

const at = (transport: 'tcp' | 'udp', port = 0, host = '127.0.0.1'): Endpoint => ({ transport, host, port });

/** Another program of this user, which would share its port (SO_REUSEPORT). */
const openGenerous = async (transport: 'tcp' | 'udp'): Promise<number> => {
  if (transport === 'tcp') {
    const server = createServer().listen({ port: 0, host: '127.0.0.1', reusePort: true });
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }
  const socket = createSocket({ type: 'udp4', reusePort: true });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket.address().port;
};

describe.each(transportNames)('a %s port of several threads', (transport) => {
  it('is refused where another program listens that would share it', async () => {
    const port = await openGenerous(transport);
    await expect(startWire([at(transport, port)], { threads: 2 })).rejects.toMatchObject({
      fault: { stage: 'bind', code: 'EADDRINUSE', endpoint: at(transport, port) },
    });
  });

  it.each([
    [2, 2],
    [2, 1],
    [1, 2],
  ])('is not shared: with %d threads here, it is refused to one with %d', async (ours, theirs) => {
    await using wire = await startWire([at(transport)], { threads: ours });
    await expect(startWire([at(transport, wire.port)], { threads: theirs })).rejects.toMatchObject({
      fault: { code: 'EADDRINUSE' },
    });
  });

  it('is had by one of two that want it at the same moment', async () => {
    const port = await freePort({ transport, host: '127.0.0.1' });
    for (let round = 0; round < 4; round++) {
      const attempts = await Promise.allSettled([1, 2].map(() => startWire([at(transport, port)], { threads: 2 })));
      for (const attempt of attempts) if (attempt.status === 'fulfilled') await attempt.value.engine.stop(0);
      expect(attempts.map(({ status }) => status).toSorted(), `round ${round}`).toEqual(['fulfilled', 'rejected']);
    }
  });

  it('is found by name in every thread', async () => {
    await using wire = await startWire([at(transport, 0, 'localhost')], { threads: 2 });
    expect(wire.endpoints).toEqual([at(transport, wire.port, 'localhost')]);
    const [first] = transport === 'tcp' ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
    for (let n = 0; n < 20; n++) {
      if (transport === 'udp') {
        const client = await openUdp(wire.port, first);
        await client.send('x');
        await client.receive(1);
        client.close();
      } else {
        const client = await openClient(wire.port, 'localhost');
        await client.write('x');
        await client.receive('x');
        client.destroy();
      }
    }
    const slots = wire.reading().rows.map(({ slot }) => Math.floor(slot / 600));
    expect(new Set(slots).size, 'threads that had one').toBe(2);
  });

  it('is free again when the threads have stopped', async () => {
    const port = await freePort({ transport, host: '127.0.0.1' });
    const first = await startWire([at(transport, port)], { threads: 2 });
    await first.engine.stop(0);
    await using again = await startWire([at(transport, port)], { threads: 2 });
    expect(again.port).toBe(port);
  });
});

describe('the listeners of a thread', () => {
  const open = (): Listeners => {
    const listeners = new Listeners(
      { backlog: 5, rawStreams: true },
      { onStream: (stream) => stream.reset(), onDatagram: () => undefined, onFault: () => undefined },
    );
    onTestFinished(() => {
      listeners.close('stream');
      listeners.close('datagrams');
    });
    return listeners;
  };

  it('join those of the first one, and are taken back where another thread could not', async () => {
    const [first, second] = [open(), open()];
    const opened = await first.open([at('tcp'), at('udp')], { type: 'first' });
    const endpoints = opened.map(({ endpoint }) => endpoint);
    const addresses = opened.map(({ address }) => address);
    const joined = await second.open(endpoints, { type: 'join', addresses });
    expect(joined.map(({ endpoint }) => endpoint)).toEqual(endpoints);
    first.closeLatest();
    second.closeLatest();
    expect([first.of('stream'), second.of('datagrams')]).toEqual([[], []]);
    await expect(openClient(endpoints[0]?.port ?? 0)).rejects.toThrow('ECONNREFUSED');
  });

  it.each(transportNames)('of %s are not closed again when they are taken back after the end', async (transport) => {
    const listeners = open();
    await listeners.open([at(transport)], { type: 'alone' });
    listeners.close(transports[transport].carries);
    expect(() => listeners.closeLatest()).not.toThrow();
  });

  it('are opened by one process at a time', async () => {
    const turn = await lockPort();
    let isOpen = false;
    const opening = open()
      .open([at('tcp')], { type: 'first' })
      .then(() => {
        isOpen = true;
      });
    // Another port is opened meanwhile, which takes as long.
    await open().open([at('tcp')], { type: 'alone' });
    expect(isOpen).toBe(false);
    turn();
    await opening;
    await until(() => isOpen, 'its turn');
  });
});
