import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openClient } from '../../support/net/client.ts';
import { startWire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

describe('what a discipline holds', () => {
  it('is known at every moment: a line that is not complete, until it is, or the discipline changes', async () => {
    await using wire = await startWire(undefined, { discipline: 'line' });
    const client = await openClient(wire.port);
    await client.write('one\ntw');
    const { id } = await wire.row((row) => row.held === 2, 'holds 2 B');
    await client.write('o\n');
    await wire.row((row) => row.bytesOut === 8 && row.held === 0, 'holds nothing');
    wire.engine.tellConnection(id, { type: 'discipline', discipline: 'eof' });
    await client.write('all\n');
    await wire.row((row) => row.held === 4, 'holds 4 B');
    wire.engine.tellConnection(id, { type: 'discipline', discipline: 'none' });
    await wire.row((row) => row.held === 0, 'has discarded them');
    wire.engine.tellConnection(id, { type: 'discipline', discipline: 'eof' });
    await client.write('end');
    await wire.row((row) => row.held === 3, 'holds 3 B');
    client.end();
    await client.ended;
    client.destroy();
    await wire.row((row) => row.state === 'CLOSED' && row.held === 0, 'holds nothing');
  });
});

describe('discipline eof', () => {
  it('collects until the peer half-closes and sends it all back, NUL bytes and all', async () => {
    await using wire = await startWire(undefined, { discipline: 'eof' });
    const client = await openClient(wire.port);
    const data = randomBytes(5_000_000);
    data.fill(0, 0, 100_000);
    await client.write(data);
    await wire.row((row) => row.bytesIn === data.length, 'has received everything');
    expect(client.received()).toHaveLength(0);
    client.end();
    expect(await client.ended).toBe('FIN');
    expect(client.received().equals(data)).toBe(true);
    client.destroy();
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({
      discipline: 'eof',
      bytesOut: data.length,
      how: 'fin',
    });
  });

  it('resets a peer that sends one byte more than may be held, and nobody else', async () => {
    await using wire = await startWire(undefined, { discipline: 'eof', maxBufferBytes: 1000 });
    const modest = await openClient(wire.port);
    await modest.write(Buffer.alloc(1000, 1));
    const greedy = await openClient(wire.port);
    await greedy.write(Buffer.alloc(1000, 2));
    await wire.row((row) => row.bytesIn === 1000, 'has received what may be held', greedy.local);
    await greedy.write('x');
    expect(await greedy.ended).toBe('RST');
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed', greedy.local)).toMatchObject({
      how: 'limit',
      bytesIn: 1001,
      bytesOut: 0,
    });
    modest.end();
    await modest.ended;
    expect(modest.received()).toHaveLength(1000);
    modest.destroy();
  });
});

describe('discipline line', () => {
  it('sends each line back when it is complete, and the rest at the end', async () => {
    await using wire = await startWire(undefined, { discipline: 'line' });
    const client = await openClient(wire.port);
    await client.write('one\ntw');
    await client.receive('one\n');
    await client.write('o\nthree');
    await client.receive('two\n');
    expect(client.received().toString()).toBe('one\ntwo\n');
    client.end();
    await client.ended;
    expect(client.received().toString()).toBe('one\ntwo\nthree');
    client.destroy();
  });
});

describe('discipline none', () => {
  it('sends nothing back, and counts what came', async () => {
    await using wire = await startWire(undefined, { discipline: 'none' });
    const client = await openClient(wire.port);
    await client.write(Buffer.alloc(1_000_000));
    client.end();
    expect(await client.ended).toBe('FIN');
    expect(client.received()).toHaveLength(0);
    client.destroy();
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({
      bytesIn: 1_000_000,
      bytesOut: 0,
      how: 'fin',
    });
  });
});

describe('changing the discipline', () => {
  it('applies to one connection, or to all there are and all to come', async () => {
    await using wire = await startWire();
    const [one, two] = [await openClient(wire.port), await openClient(wire.port)];
    await until(() => wire.reading().totals.open === 2, 'both');
    const idOf = (peer: string): number => wire.reading().rows.find((row) => row.peer === peer)?.id ?? 0;
    wire.engine.tellConnection(idOf(one.local), { type: 'discipline', discipline: 'none' });
    await wire.row((row) => row.discipline === 'none', 'is silent', one.local);
    await one.write('silence');
    await wire.row((row) => row.bytesIn === 7, 'has received', one.local);
    await two.write('echo');
    await two.receive('echo');
    expect(one.received()).toHaveLength(0);

    wire.engine.tellConnection(null, { type: 'discipline', discipline: 'line' });
    await until(() => wire.reading().discipline === 'line', 'the new discipline');
    const three = await openClient(wire.port);
    for (const client of [one, two, three]) {
      await client.write('a line\n');
      await client.receive('a line\n');
    }
    expect(wire.reading().rows.map((row) => row.discipline)).toEqual(['line', 'line', 'line']);
    for (const client of [one, two, three]) client.destroy();
  });

  it('sends at once what is no longer held back', async () => {
    await using wire = await startWire(undefined, { discipline: 'eof' });
    const client = await openClient(wire.port);
    await client.write('held');
    await wire.row((row) => row.bytesIn === 4, 'has received');
    wire.engine.tellConnection(null, { type: 'discipline', discipline: 'chunk' });
    await client.receive('held');
    client.destroy();
  });
});
