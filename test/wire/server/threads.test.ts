import { describe, expect, it, onTestFinished } from 'vitest';
import type { EngineOptions } from '../../../src/engine/engine.ts';
import type { Row } from '../../../src/memory/ledger/row.ts';
import { type Client, isTurnedAway, openClient } from '../../support/net/client.ts';
import { openUdp } from '../../support/net/udp.ts';
import { startWire, type Wire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

const threads = 3;
const start = (options: Partial<EngineOptions> = {}): Promise<Wire> => startWire(undefined, { threads, ...options });

/** Slots of one thread begin at a multiple of this: the limit of startWire, and a third of the thousand recent ones. */
const slotsOfEach = 100 + 334;
const threadOf = ({ slot }: Row): number => Math.floor(slot / slotsOfEach);

/** So many clients, one after the other, each closed when the test is over. */
const openClients = async (wire: Wire, count: number): Promise<readonly Client[]> => {
  const clients: Client[] = [];
  while (clients.length < count) {
    const client = await openClient(wire.port);
    onTestFinished(() => client.destroy());
    clients.push(client);
    // The handshake is over before the connection is accepted, which another thread may do sooner for the next one.
    await until(() => wire.reading().totals.served === clients.length, 'the connection to be accepted');
  }
  return clients;
};

/** One client in each thread, its row beside it. Who has it is the system's choice, so some are opened. */
const openInEach = async (wire: Wire): Promise<readonly { readonly client: Client; readonly row: Row }[]> => {
  const clients = await openClients(wire, 40);
  const rows = new Map(wire.reading().rows.map((row) => [row.peer, row]));
  return Array.from({ length: threads }, (_, thread) => {
    for (const client of clients) {
      const row = rows.get(client.local);
      if (row !== undefined && threadOf(row) === thread) return { client, row };
    }
    throw new Error(`thread ${thread} has none of ${clients.length} connections`);
  });
};

const sum = (rows: readonly Row[], field: 'bytesIn' | 'bytesOut'): number =>
  rows.reduce((total, row) => total + row[field], 0);

describe('several threads', () => {
  it('all take connections, and number them in the order of acceptance', async () => {
    await using wire = await start();
    const clients = await openClients(wire, 40);
    const { rows, totals } = wire.reading();
    expect(new Set(rows.map(threadOf))).toEqual(new Set([0, 1, 2]));
    const ids = new Map(rows.map(({ peer, id }) => [peer, id]));
    expect(clients.map(({ local }) => ids.get(local))).toEqual(clients.map((_, n) => n + 1));
    expect(totals).toMatchObject({ open: 40, served: 40 });
  });

  it('count exactly together while connections come and go', async () => {
    await using wire = await start();
    const [lanes, each] = [8, 25];
    let bytes = 0;
    const lane = async (n: number): Promise<void> => {
      for (let round = 0; round < each; round++) {
        const client = await openClient(wire.port);
        const data = Buffer.alloc(1 + ((n * 7919 + round * 104_729) % 50_000), n);
        bytes += data.length;
        await client.write(data);
        client.end();
        await client.ended;
        expect(client.received().equals(data)).toBe(true);
        client.destroy();
      }
    };
    let isOver = false;
    const watch = async (): Promise<void> => {
      let served = 0;
      await until(() => {
        const { rows, totals } = wire.reading();
        expect(totals.served).toBeGreaterThanOrEqual(served);
        served = totals.served;
        expect(new Set(rows.map(({ id }) => id)).size, 'each number once').toBe(rows.length);
        expect(new Set(rows.map(({ slot }) => slot)).size, 'each slot once').toBe(rows.length);
        return isOver;
      }, 'the end');
    };
    const watched = watch();
    await Promise.all(Array.from({ length: lanes }, (_, n) => lane(n)));
    isOver = true;
    await watched;
    await until(() => wire.reading().totals.open === 0, 'all to be closed');
    const { rows, totals } = wire.reading();
    expect(totals).toEqual({ open: 0, served: lanes * each, refused: 0, bytesIn: bytes, bytesOut: bytes });
    expect([sum(rows, 'bytesIn'), sum(rows, 'bytesOut')]).toEqual([bytes, bytes]);
    const ids = rows.map(({ id }) => id).toSorted((a, b) => a - b);
    expect(ids, 'numbers without a gap').toEqual(Array.from({ length: lanes * each }, (_, n) => n + 1));
  });

  it('give the same objects again while nothing changes, and only the changed row anew', async () => {
    await using wire = await start();
    const [first, second] = await openInEach(wire);
    const before = wire.reading();
    expect(wire.reading()).toBe(before);
    await second?.client.write('x');
    await second?.client.receive('x');
    await until(() => wire.reading().totals.bytesOut === 1, 'the echo to be counted');
    const after = wire.reading();
    const changed = after.rows.filter((row) => !before.rows.includes(row));
    expect(changed.map(({ id }) => id)).toEqual([second?.row.id]);
    expect(after.rows.find(({ id }) => id === first?.row.id)).toBe(first?.row);
  });

  it('keep one limit, to the connection, and give a place to whoever comes when there is one', async () => {
    const limit = 20;
    await using wire = await start({ maxConnections: limit });
    const knock = async (): Promise<Client | null> => {
      const client = await openClient(wire.port).catch(() => null);
      onTestFinished(() => client?.destroy());
      await client?.write('in?').catch(() => undefined);
      await until(() => wire.reading().totals.served + wire.reading().totals.refused >= 60, 'all to be answered');
      return client;
    };
    const clients = await Promise.all(Array.from({ length: 60 }, knock));
    expect(wire.reading().totals).toMatchObject({ open: limit, served: limit, refused: 60 - limit });
    expect(await isTurnedAway(wire.port)).toBe(true);
    const inside = clients.filter((client) => wire.reading().rows.some(({ peer }) => peer === client?.local));
    expect(inside).toHaveLength(limit);
    for (const client of inside.slice(0, 5)) client?.destroy();
    await until(() => wire.reading().totals.open === limit - 5, 'five places');
    const next = await Promise.all(Array.from({ length: 5 }, () => openClient(wire.port)));
    for (const client of next) {
      await client.write('x');
      await client.receive('x');
      client.destroy();
    }
    expect(wire.reading().totals).toMatchObject({ served: limit + 5, refused: 60 - limit + 1 });
  });

  it('have each connection written to, acted on and read where it is', async () => {
    await using wire = await start();
    for (const { client, row } of await openInEach(wire)) {
      wire.engine.tellConnection(row.id, { type: 'write', bytes: Buffer.from('ours') });
      await client.receive('ours');
      await until(() => (wire.engine.ends(row)?.server.edges?.send.length ?? 0) > 0, 'what was sent');
      expect(Buffer.from(wire.engine.ends(row)?.server.edges?.send.first ?? []).toString()).toBe('ours');
      wire.engine.tellConnection(row.id, { type: 'discipline', discipline: 'none' });
      wire.engine.tellConnection(row.id, { type: 'pause' });
      expect(await wire.row(({ paused }) => paused, 'is paused', client.local)).toMatchObject({ discipline: 'none' });
      const open = wire.reading().rows.filter(({ how }) => how === null);
      expect(open.filter(({ discipline, paused }) => discipline === 'none' || paused)).toHaveLength(1);
      wire.engine.tellConnection(row.id, { type: 'reset' });
      expect(await client.ended).toBe('RST');
      expect(await wire.row(({ how }) => how !== null, 'is closed', client.local)).toMatchObject({ how: 'reset' });
      expect(wire.calls(row)?.calls).toMatchObject([{ call: 'send', bytes: 4 }]);
      wire.engine.tellConnection(null, { type: 'discipline', discipline: 'chunk' });
    }
  });

  it('all send what is for everyone, and all change their discipline, for those to come as well', async () => {
    await using wire = await start();
    const clients = await openClients(wire, 20);
    wire.engine.tellConnection(null, { type: 'write', bytes: Buffer.from('all') });
    for (const client of clients) await client.receive('all');
    wire.engine.tellConnection(null, { type: 'discipline', discipline: 'none' });
    await until(() => wire.reading().rows.every(({ discipline }) => discipline === 'none'), 'every thread to change');
    expect(wire.reading().discipline).toBe('none');
    for (let n = 0; n < 20; n++) {
      const client = await openClient(wire.port);
      onTestFinished(() => client.destroy());
    }
    await until(() => wire.reading().totals.served === 40, 'twenty more');
    expect(wire.reading().rows.every(({ discipline }) => discipline === 'none')).toBe(true);
  });

  it('record all that happened, in the order of each connection', async () => {
    await using wire = await start();
    const clients = await openClients(wire, 30);
    await Promise.all(
      clients.map(async (client) => {
        await client.write('word');
        await client.receive('word');
        client.end();
        await client.ended;
      }),
    );
    await until(() => wire.records().filter(({ kind }) => kind === 'close').length === 30, 'every end');
    const told = new Map<number, string[]>();
    for (const { id, kind } of wire.records()) told.set(id, [...(told.get(id) ?? []), kind]);
    expect([...told.keys()].toSorted((a, b) => a - b)).toEqual(clients.map((_, n) => n + 1));
    for (const types of told.values()) expect(types).toEqual(['open', 'recv', 'send', 'fin', 'fin', 'close']);
  });

  it('keep each UDP peer in one row, and answer none of their own listeners', async () => {
    const udp = { transport: 'udp', host: '127.0.0.1', port: 0 } as const;
    await using wire = await startWire([udp, udp], { threads });
    const peers = await Promise.all(Array.from({ length: 30 }, () => openUdp(wire.port)));
    onTestFinished(() => {
      for (const peer of peers) peer.close();
    });
    for (let round = 1; round <= 3; round++) {
      for (const peer of peers) await peer.send('ping');
      for (const peer of peers) await peer.receive(round);
    }
    const { rows, totals } = wire.reading();
    expect(rows.map(({ peer }) => peer).toSorted()).toEqual(peers.map(({ local }) => local).toSorted());
    expect(new Set(rows.map(threadOf)).size).toBe(threads);
    expect(totals).toMatchObject({ served: 30, bytesIn: 360 });
    // A datagram that names the other listener as its source: from an address beside it, as this machine alone could.
    for (let n = 0; n < 12; n++) {
      const forger = await openUdp(wire.port, '127.0.0.1', {
        address: `127.0.1.${n + 1}`,
        port: wire.endpoints[1]?.port ?? 0,
      });
      await forger.send('for ever');
      forger.close();
    }
    for (const peer of peers) await peer.send('pong');
    for (const peer of peers) await peer.receive(4);
    expect(wire.reading().totals).toMatchObject({ served: 30, bytesIn: 480 });
  });
});
