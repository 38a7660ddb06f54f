import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLedger } from '../../../src/memory/ledger/layout.ts';
import { LedgerReader } from '../../../src/memory/ledger/reader.ts';
import { createSharedCounters, SharedCounters } from '../../../src/memory/ledger/shared-counters.ts';
import { LedgerWriter } from '../../../src/memory/ledger/writer.ts';
import { RingMemory, RingReader } from '../../../src/memory/recorder/ring-reader.ts';
import type { Endpoint } from '../../../src/text/endpoint.ts';
import type { Fault } from '../../../src/text/fault.ts';
import { AcceptPriority } from '../../../src/wire/server/accept-priority.ts';
import { ConnectionTable } from '../../../src/wire/server/connection-table.ts';
import { MemoryLimit } from '../../../src/wire/server/memory-limit.ts';
import { StalledConnections } from '../../../src/wire/server/stalled-connections.ts';
import { UdpPeers } from '../../../src/wire/server/udp-peers.ts';
import { serverDefaults } from '../../support/net/server-options.ts';
import { startRecording } from '../../support/recording.ts';
import { until } from '../../support/wait.ts';

/** A loop is known soon. */
const limits = { inARow: 2000, perSample: 17, patience: 128 };

const bound = async (address: string): Promise<Socket> => {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  onTestFinished(() => void socket.close());
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
};

/** A listener and its peers, as the server has them. */
const openPeers = async () => {
  const socket = await bound('127.0.0.1');
  const { port } = socket.address();
  const endpoint: Endpoint = { transport: 'udp', host: '127.0.0.1', port };
  const memory = createLedger(20);
  const ledger = new LedgerWriter(memory, 10);
  const reader = new LedgerReader(memory);
  const faults: Fault[] = [];
  const refused: string[] = [];
  const { recorder, ring } = startRecording();
  const records = new RingReader(new RingMemory(ring));
  /** The kinds of what was recorded since the last call. */
  const kinds = () => records.read().records.map(({ kind }) => kind);
  const peers = new UdpPeers(
    {
      options: serverDefaults,
      discipline: 'chunk',
      ledger,
      recorder,
      connections: new ConnectionTable(),
      stalled: new StalledConnections(),
      acceptPriority: new AcceptPriority(() => 0),
      memoryLimit: new MemoryLimit(2 ** 40, new SharedCounters(createSharedCounters()), () => 0),
      onFault: (fault) => faults.push(fault),
    },
    {
      enter: (ends) => {
        const slot = ledger.enter(ends, 'chunk');
        recorder.opened(slot, 1, ledger.idOf(slot), ends, 'chunk');
        return slot;
      },
      refuse: ({ peerHost, peerPort }) => refused.push(`${peerHost} ${peerPort}`),
      listeners: () => [endpoint],
    },
    limits,
  );
  socket.on('message', (bytes, from) => peers.receive(bytes, from, socket, endpoint));
  const rows = () => reader.read().rows;
  return { port, rows, kinds, faults, refused, receive: peers.receive.bind(peers), socket, endpoint };
};

it('does not answer while more than 4 MiB of answers wait in the socket: UDP may lose any', async () => {
  const { receive, rows, socket, endpoint } = await openPeers();
  const from = {
    address: '127.0.0.1',
    port: (await bound('127.0.0.1')).address().port,
    family: 'IPv4',
    size: 4,
  } as const;
  const waiting = vi.spyOn(socket, 'getSendQueueSize');
  waiting.mockReturnValue((4 << 20) + 1);
  receive(Buffer.from('lost'), from, socket, endpoint);
  waiting.mockReturnValue(4 << 20);
  receive(Buffer.from('answered'), from, socket, endpoint);
  await until(() => rows()[0]?.writes === 1, 'the answer');
  expect(rows()[0]).toMatchObject({ bytesIn: 12, bytesOut: 8, reads: 2 });
});

it('end with the listener they came to, and the next one on that port has peers of its own', async () => {
  const { receive, rows, endpoint } = await openPeers();
  const client = await bound('127.0.0.1');
  const listenAt = async (port: number) => {
    const socket = createSocket('udp4').bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return socket.on('message', (bytes, from) => receive(bytes, from, socket, endpoint));
  };
  const first = await listenAt(0);
  const { port } = first.address();
  client.send('one', port, '127.0.0.1');
  await until(() => rows()[0]?.writes === 1, 'the first answer');
  first.close();
  await until(() => rows()[0]?.state === 'CLOSED', 'the end of the peer');

  const second = await listenAt(port);
  onTestFinished(() => void second.close());
  client.send('again', port, '127.0.0.1');
  await until(() => rows()[1]?.writes === 1, 'the second answer');
  expect(rows()).toMatchObject([
    { state: 'CLOSED', how: 'shutdown', bytesIn: 3, bytesOut: 3 },
    { state: 'ESTABLISHED', how: null, bytesIn: 5, bytesOut: 5 },
  ]);
});

/** Any UDP server that sends back what comes, as inetd does. Never more than `most` times. */
const openForeignEcho = async (most = 100_000) => {
  const socket = await bound('127.0.0.1');
  let answers = 0;
  socket.on('message', (bytes, { port, address }) => {
    answers += 1;
    if (answers <= most) socket.send(bytes, port, address);
  });
  const start = (datagram: string, port: number) => socket.send(datagram, port, '127.0.0.1');
  return { start, port: socket.address().port, answers: () => answers };
};

/** A client that sends each datagram after the answer to the one before. It waits for ever for one that is lost. */
const startPingPong = async (port: number, count: number, datagram: (n: number) => string) => {
  const socket = await bound('127.0.0.1');
  let answered = 0;
  const ask = () => socket.send(datagram(answered), port, '127.0.0.1');
  socket.on('message', (bytes) => {
    expect(bytes.toString()).toBe(datagram(answered));
    answered += 1;
    if (answered < count) ask();
  });
  ask();
  return { ask, answered: () => answered };
};

/** The same to its end: nothing may be lost. */
const pingPong = async (port: number, count: number, datagram: (n: number) => string): Promise<void> => {
  const { answered } = await startPingPong(port, count, datagram);
  await until(() => answered() === count, `${count} answers`);
};

describe('two echo servers', () => {
  it('stop, however the loop began, and the row says why', async () => {
    const wire = await openPeers();
    const foreign = await openForeignEcho();
    // As if a forged datagram had come from there.
    foreign.start('for ever', wire.port);
    await until(() => wire.faults.length > 0, 'the loop to be found');
    const answers = foreign.answers();
    expect(answers).toBeGreaterThan(limits.inARow - limits.patience);
    expect(answers).toBeLessThan(2 * limits.inARow);
    const peer = `127.0.0.1:${foreign.port}`;
    expect(wire.faults).toEqual([
      { stage: 'recv', code: 'ELOOP', message: expect.any(String), endpoint: wire.endpoint, peer },
    ]);
    expect(wire.rows()).toMatchObject([{ peer, state: 'CLOSED', how: 'error', error: 'ELOOP' }]);
    await until(() => wire.kinds().includes('close'), 'the end to be written down');
    // Nothing goes round any more: a client is the only one that is still heard of.
    await pingPong(wire.port, 3, () => 'on its own');
    expect(foreign.answers()).toBe(answers);
  });

  it('stop with many datagrams under way at once, the empty one among them', async () => {
    const wire = await openPeers();
    const foreign = await openForeignEcho();
    const many = 100;
    for (let n = 0; n < many; n++) foreign.start('x'.repeat(n), wire.port);
    await until(() => wire.faults.length > 0, 'the loop to be found');
    await until(() => wire.refused.length === many - 1, 'the last of them to be left unanswered');
    const answers = foreign.answers();
    await pingPong(wire.port, 3, () => 'on its own');
    expect(foreign.answers()).toBe(answers);
    expect(answers).toBeLessThan(3 * limits.inARow);
  });

  it('are told from a client whose messages differ, however many it sends', async () => {
    const wire = await openPeers();
    await pingPong(wire.port, 3 * limits.inARow, (n) => `message ${n}`);
    expect(wire.faults).toEqual([]);
    expect(wire.rows()).toHaveLength(1);
  });

  it('are told from a client that now and then says something new', async () => {
    const wire = await openPeers();
    const differs = 16;
    await pingPong(wire.port, 3 * limits.inARow, (n) => (n % differs < differs / 2 ? `${n}` : 'the same'));
    expect(wire.faults).toEqual([]);
  });

  it('cost a client that repeats itself for so long a moment of silence, and then it is served as before', async () => {
    const wire = await openPeers();
    const client = await startPingPong(wire.port, Infinity, () => 'the same');
    await until(() => wire.faults.length > 0, 'the moment of silence');
    const before = client.answered();
    await until(() => {
      client.ask();
      return client.answered() > before + 50;
    }, 'answers again');
    expect(wire.faults).toHaveLength(1);
    expect(wire.rows()).toHaveLength(2);
  });
});

describe('a datagram is not answered, and counted,', () => {
  const broadcast = Object.values(networkInterfaces())
    .flat()
    .find((own) => own?.address === '127.0.0.1');

  it.each([
    ['from port 0, which wants no answer', '192.0.2.1', 0],
    ['from echo', '192.0.2.1', 7],
    ['from daytime', '192.0.2.1', 13],
    ['from quote of the day', '192.0.2.1', 17],
    ['from chargen', '192.0.2.1', 19],
    ['from time', '192.0.2.1', 37],
    ['from everybody', '255.255.255.255', 4000],
    ['from nobody', '0.0.0.0', 4000],
    ['from nobody of IPv6', '::', 4000],
    ['from a group', '224.0.0.251', 5353],
    ['from a group of IPv6', 'ff02::fb', 5353],
    ['from a group of IPv6 on an interface', 'ff02::fb%eth0', 5353],
    ['from a group of IPv4 at an IPv6 listener', '::ffff:239.1.2.3', 4000],
    ['from a reserved address', '240.0.0.1', 4000],
    ['from all of a network that we are in', '127.255.255.255', 4000],
    ['from all of it at an IPv6 listener', '::ffff:127.255.255.255', 4000],
  ])('%s', async (_, address, port) => {
    expect(broadcast).toMatchObject({ cidr: '127.0.0.1/8' });
    const { receive, refused, rows, socket, endpoint } = await openPeers();
    const family = address.includes(':') ? 'IPv6' : 'IPv4';
    receive(Buffer.from('hi'), { address, port, family, size: 2 }, socket, endpoint);
    expect(refused).toEqual([`${address} ${port}`]);
    expect(rows()).toEqual([]);
  });

  it('unlike one from any port of a client, privileged or not', async () => {
    const { receive, refused, rows, socket, endpoint } = await openPeers();
    const ports = [1, 9, 53, 123, 500, 1023, 1024, 65_535];
    for (const port of ports)
      receive(Buffer.from('hi'), { address: '127.0.0.1', port, family: 'IPv4', size: 2 }, socket, endpoint);
    expect(refused).toEqual([]);
    expect(rows().map(({ peer }) => peer)).toEqual(ports.map((port) => `127.0.0.1:${port}`));
  });
});
