import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Endpoint } from '../../../src/text/endpoint.ts';
import { openClient } from '../../support/net/client.ts';
import { freePort } from '../../support/net/free-port.ts';
import { openUdp } from '../../support/net/udp.ts';
import { startWire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

const udp = (host = '127.0.0.1', port = 0): Endpoint => ({ transport: 'udp', host, port });

describe('UDP', () => {
  for (const host of ['127.0.0.1', '::1'])
    it(`echoes each datagram whole, the empty one and the largest included (${host})`, async () => {
      await using wire = await startWire([udp(host)]);
      const client = await openUdp(wire.port, host);
      const sizes = [0, 1, 1500, 9000, 65_507];
      const sent = sizes.map((size) => randomBytes(size));
      for (const [n, datagram] of sent.entries()) {
        await client.send(datagram);
        await client.receive(n + 1);
        expect(client.received[n]?.equals(datagram)).toBe(true);
      }
      const total = sizes.reduce((sum, size) => sum + size, 0);
      expect(await wire.row((row) => row.writes === sizes.length, 'has answered all')).toMatchObject({
        transport: 'udp',
        peer: client.local,
        bytesIn: total,
        bytesOut: total,
        reads: sizes.length,
        how: null,
      });
      client.close();
    });

  it('has a row for each peer', async () => {
    await using wire = await startWire([udp()]);
    const clients = await Promise.all(Array.from({ length: 10 }, () => openUdp(wire.port)));
    for (const [n, client] of clients.entries()) {
      for (let i = 0; i <= n; i++) await client.send('ping');
      await client.receive(n + 1);
    }
    await until(() => wire.reading().totals.bytesOut === 55 * 4, 'every answer to be counted');
    for (const [n, client] of clients.entries())
      expect(wire.reading().rows.find((row) => row.peer === client.local)).toMatchObject({ reads: n + 1 });
    expect(wire.reading().totals).toMatchObject({ open: 10, served: 10 });
    for (const client of clients) client.close();
  });

  it('lets the row of a silent peer expire, and gives it a new one when it speaks again', async () => {
    await using wire = await startWire([udp()], { idleTimeoutMs: 200 });
    const client = await openUdp(wire.port);
    await client.send('one');
    await client.receive(1);
    expect(await wire.row((row) => row.state === 'CLOSED', 'has expired')).toMatchObject({ how: 'expired' });
    await client.send('two');
    await client.receive(2);
    await until(() => wire.reading().totals.served === 2, 'a second row');
    client.close();
  });

  it('sends nothing back under none, and takes datagrams whole under eof and line', async () => {
    await using wire = await startWire([udp()], { discipline: 'none' });
    const client = await openUdp(wire.port);
    await client.send('lost');
    await wire.row((row) => row.bytesIn === 4, 'has received');
    for (const discipline of ['eof', 'line', 'chunk'] as const) {
      wire.engine.tellConnection(null, { type: 'discipline', discipline });
      // The thread may take a datagram before a command that was given earlier.
      await wire.row((row) => row.discipline === discipline, discipline);
      await client.send(discipline);
    }
    await client.receive(3);
    expect(client.received.map(String)).toEqual(['eof', 'line', 'chunk']);
    client.close();
  });

  it('answers nobody who is denied or beyond the limit, and counts them', async () => {
    await using closed = await startWire([udp()], { deny: ['127.0.0.1'] });
    const denied = await openUdp(closed.port);
    await denied.send('hello?');
    await until(() => closed.reading().totals.refused === 1, 'the refusal');
    expect(denied.received).toEqual([]);
    denied.close();

    await using full = await startWire([udp()], { maxConnections: 1 });
    const [first, second] = [await openUdp(full.port), await openUdp(full.port)];
    await first.send('in');
    await first.receive(1);
    await second.send('out');
    await until(() => full.reading().totals.refused === 1, 'the refusal');
    await first.send('still in');
    await first.receive(2);
    expect(second.received).toEqual([]);
    first.close();
    second.close();
  });

  it('keeps the peers of two addresses apart, and answers each from the address it wrote to', async () => {
    const port = await freePort({ transport: 'udp', host: '127.0.0.1' });
    await using wire = await startWire([udp('127.0.0.1', port), udp('127.0.0.2', port)]);
    const socket = createSocket('udp4');
    const from: string[] = [];
    socket.on('message', (_, { address }) => from.push(address));
    socket.send('one', port, '127.0.0.1');
    await until(() => from.length === 1, 'the first answer');
    socket.send('two', port, '127.0.0.2');
    await until(() => from.length === 2, 'the second answer');
    expect(from).toEqual(['127.0.0.1', '127.0.0.2']);
    const locals = wire.reading().rows.map((row) => row.local);
    expect(locals.toSorted()).toEqual([`127.0.0.1:${port}`, `127.0.0.2:${port}`]);
    socket.close();
  });

  it('does not answer its own listeners: two echo servers would never stop', async () => {
    await using wire = await startWire([udp(), udp()]);
    const [one, other] = wire.endpoints;
    // A datagram that looks as if the other listener had sent it: bound beside it, as only this machine could.
    const forger = createSocket({ type: 'udp4', reuseAddr: true });
    await expect(
      new Promise((resolve, reject) => {
        forger.once('error', reject);
        forger.bind(other?.port, '127.0.0.9', () => resolve(null));
      }),
    ).resolves.toBeNull();
    await new Promise((resolve) => forger.send('for ever', one?.port ?? 0, '127.0.0.1', resolve));
    const honest = await openUdp(wire.port);
    await honest.send('once');
    await honest.receive(1);
    expect(wire.reading().totals).toMatchObject({ served: 1, bytesIn: 4 });
    forger.close();
    honest.close();
  });

  it('shares a port with TCP', async () => {
    const port = await freePort({ transport: 'udp', host: '127.0.0.1' });
    await using wire = await startWire([{ transport: 'tcp', host: '127.0.0.1', port }, udp('127.0.0.1', port)]);
    const [stream, datagrams] = [await openClient(port), await openUdp(port)];
    await stream.write('tcp');
    await stream.receive('tcp');
    await datagrams.send('udp');
    await datagrams.receive(1);
    await until(() => wire.reading().totals.bytesOut === 6, 'both echoes to be counted');
    expect(
      wire
        .reading()
        .rows.map((row) => row.transport)
        .toSorted(),
    ).toEqual(['tcp', 'udp']);
    stream.destroy();
    datagrams.close();
  });

  it('sends bytes of our own to a peer', async () => {
    await using wire = await startWire([udp()]);
    const client = await openUdp(wire.port);
    await client.send('x');
    const { id } = await wire.row((row) => row.writes === 1, 'has answered');
    wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.from('from us') });
    await client.receive(2);
    expect(client.received.map(String)).toEqual(['x', 'from us']);
    client.close();
  });

  it('names the stage of a port in use', async () => {
    await using wire = await startWire([udp()]);
    await expect(startWire([udp('127.0.0.1', wire.port)])).rejects.toMatchObject({
      fault: { stage: 'bind', code: 'EADDRINUSE' },
    });
  });
});

describe('the embedded client over UDP', () => {
  const home = (port: number): Endpoint => udp('127.0.0.1', port);

  it('gets each message back with its round trip', async () => {
    await using wire = await startWire([udp()]);
    wire.engine.tellClient({ type: 'connect', endpoint: home(wire.port) });
    await until(() => wire.clientEvents.some((event) => event.type === 'connected'), 'the client');
    wire.engine.tellClient({ type: 'send', id: 1, bytes: Buffer.from('안녕') });
    await until(() => wire.clientEvents.some((event) => event.type === 'received'), 'the answer');
    const received = wire.clientEvents.find((event) => event.type === 'received');
    expect(received).toMatchObject({ id: 1, roundTripMs: expect.any(Number) });
    expect(await wire.row((row) => row.bytesOut === 6, 'has answered')).toMatchObject({ transport: 'udp' });
  });

  it('takes no answer within a second for an outcome, and stays connected', async () => {
    await using wire = await startWire([udp()], { discipline: 'none' });
    wire.engine.tellClient({ type: 'connect', endpoint: home(wire.port) });
    await until(() => wire.clientEvents.some((event) => event.type === 'connected'), 'the client');
    wire.engine.tellClient({ type: 'send', id: 1, bytes: Buffer.from('hello?') });
    await until(() => wire.clientEvents.some((event) => event.type === 'unanswered'), 'the outcome');
    expect(wire.clientEvents.at(-1)).toMatchObject({ type: 'unanswered', id: 1, waitedMs: 1000 });
    wire.engine.tellConnection(null, { type: 'discipline', discipline: 'chunk' });
    // Another thread may have the row than sends the datagram.
    await wire.row((row) => row.discipline === 'chunk', 'echoes');
    wire.engine.tellClient({ type: 'send', id: 2, bytes: Buffer.from('again') });
    await until(() => wire.clientEvents.some((event) => event.type === 'received'), 'the answer');
    expect(wire.clientEvents.at(-1)).toMatchObject({ type: 'received', id: 2 });
  });

  it('takes no server for an echo that answers something else: no round trip, and nothing compared', async () => {
    await using wire = await startWire();
    const server = createSocket('udp4', (_, { port, address }) => server.send('pong', port, address)).bind(
      0,
      '127.0.0.1',
    );
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    wire.engine.tellClient({ type: 'connect', endpoint: home(server.address().port) });
    await until(() => wire.clientEvents.some((event) => event.type === 'connected'), 'the client');
    const answers = () => wire.clientEvents.filter((event) => event.type === 'received');
    for (const id of [1, 2]) {
      wire.engine.tellClient({ type: 'send', id, bytes: Buffer.from('ping') });
      await until(() => answers().length === id, 'the answer');
    }
    expect(answers()).toMatchObject([1, 2].map(() => ({ id: null, roundTripMs: null, differs: null })));
    expect(wire.clientEvents.filter((event) => event.type === 'compares')).toMatchObject([{ deviated: true }]);
  });

  it('says that nothing listens there', async () => {
    const port = await freePort({ transport: 'udp', host: '127.0.0.1' });
    await using wire = await startWire();
    wire.engine.tellClient({ type: 'connect', endpoint: home(port) });
    await until(() => wire.clientEvents.some((event) => event.type === 'connected'), 'the client');
    wire.engine.tellClient({ type: 'send', id: 1, bytes: Buffer.from('anyone?') });
    await until(() => wire.clientEvents.some((event) => event.type === 'disconnected'), 'the fault');
    expect(wire.clientEvents.at(-1)).toMatchObject({ fault: { code: 'ECONNREFUSED' }, unanswered: 1 });
  });
});
