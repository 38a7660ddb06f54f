import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openClient } from '../../support/net/client.ts';
import { startWire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

describe('discipline chunk', () => {
  it('returns random binary data byte for byte, and counts it exactly', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    const data = randomBytes(3_000_000);
    data.fill(0, 1000, 5000);
    for (let from = 0; from < data.length; ) {
      const to = from + randomInt(1, 200_000);
      await client.write(data.subarray(from, to));
      from = to;
    }
    client.end();
    expect(await client.ended).toBe('FIN');
    expect(client.received().equals(data)).toBe(true);
    client.destroy();

    const row = await wire.row((row) => row.state === 'CLOSED', 'is closed', client.local);
    expect(row).toMatchObject({ bytesIn: data.length, bytesOut: data.length, how: 'fin', error: null });
    expect(row.reads).toBeGreaterThan(0);
    expect(row.writes).toBe(row.reads);
    expect(wire.reading().totals).toEqual({
      open: 0,
      served: 1,
      refused: 0,
      bytesIn: data.length,
      bytesOut: data.length,
    });
  });

  it('answers each write before the next, and NUL bytes like any other', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    await client.write(Buffer.from([0, 1, 0]));
    await client.receive(3);
    await client.write(Buffer.from([0, 255]));
    await client.receive(5);
    expect([...client.received()]).toEqual([0, 1, 0, 0, 255]);
    const row = await wire.row((row) => row.bytesOut === 5, 'has sent 5 bytes');
    expect(row).toMatchObject({ state: 'ESTABLISHED', bytesIn: 5, reads: 2, writes: 2, stalled: false, how: null });
    client.destroy();
  });

  it('keeps connections apart', async () => {
    await using wire = await startWire();
    const clients = await Promise.all(Array.from({ length: 50 }, () => openClient(wire.port)));
    await Promise.all(
      clients.map(async (client, n) => {
        for (let i = 0; i <= n; i++) await client.write(Buffer.alloc(100, n));
        await client.receive((n + 1) * 100);
        expect(client.received().every((byte) => byte === n)).toBe(true);
      }),
    );
    await until(() => wire.reading().totals.bytesOut === 127_500, 'all bytes to be counted');
    const { rows, totals } = wire.reading();
    expect(totals).toEqual({ open: 50, served: 50, refused: 0, bytesIn: 127_500, bytesOut: 127_500 });
    for (const [n, client] of clients.entries())
      expect(rows.find((row) => row.peer === client.local)).toMatchObject({ bytesIn: (n + 1) * 100 });
    for (const client of clients) client.destroy();
    await until(() => wire.reading().totals.open === 0, 'all connections to be closed');
  });
});

describe('half-close', () => {
  it('sends all that is owed after the peer has sent FIN, and then its own FIN', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    client.pause();
    const data = randomBytes(8_000_000);
    const written = client.write(data);
    client.end();
    const stalled = await wire.row((row) => row.stalled, 'is not read because its peer takes nothing');
    expect(stalled.bytesOut).toBeLessThan(data.length);
    client.resume();
    await written;
    expect(await client.ended).toBe('FIN');
    expect(client.received().equals(data)).toBe(true);
    client.destroy();
    const row = await wire.row((row) => row.state === 'CLOSED', 'is closed');
    expect(row).toMatchObject({ bytesIn: data.length, bytesOut: data.length, how: 'fin', stalled: false });
    const { accept, recv, send, finReceived, finSent, close } = row.at;
    const moments = [accept, recv, send, finReceived, finSent, close];
    expect(moments).not.toContain(null);
    expect(moments).toEqual(moments.toSorted((a, b) => Number(a) - Number(b)));
  });

  it('answers FIN with FIN where nothing was ever sent', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    client.end();
    expect(await client.ended).toBe('FIN');
    client.destroy();
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({
      how: 'fin',
      at: { recv: null, send: null },
    });
  });

  it('tells a reset from a close', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    await client.write('x');
    await client.receive(1);
    client.reset();
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({
      how: 'reset',
      error: 'ECONNRESET',
      bytesIn: 1,
      bytesOut: 1,
    });
  });

  it('notices RST that came right behind the last bytes', async () => {
    await using wire = await startWire();
    for (let round = 0; round < 20; round++) {
      const client = await openClient(wire.port);
      const written = client.write('x').catch(() => undefined);
      client.reset();
      await written;
    }
    await until(() => wire.reading().rows.length === 20, 'all to be accepted');
    await until(() => wire.reading().totals.open === 0, 'all to be over');
  });
});

describe('a peer that sends and never reads', () => {
  it('is no longer read, costs no memory, and disturbs nobody', async () => {
    await using wire = await startWire();
    const before = process.memoryUsage().rss;
    const deaf = await openClient(wire.port);
    deaf.pause();
    const chunk = Buffer.alloc(1 << 20, 'x');
    let taken = 0;
    const total = 512;
    const pump = (async () => {
      for (let n = 0; n < total; n++) {
        await deaf.write(chunk);
        taken = n + 1;
      }
    })().catch(() => undefined);
    const stalled = await wire.row((row) => row.stalled, 'is stalled', deaf.local);
    expect(stalled.bytesOut).toBeLessThan(stalled.bytesIn);

    const other = await openClient(wire.port);
    for (let n = 1; n <= 200; n++) {
      await other.write('ping');
      await other.receive(4 * n);
    }
    // Loopback buffers hold some megabytes; what is beyond them has to wait at the sender.
    expect(taken).toBeLessThan(total / 4);
    const row = await wire.row((row) => row.stalled, 'is still stalled', deaf.local);
    expect(row.bytesIn - row.bytesOut).toBeLessThanOrEqual(65536);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
    deaf.destroy();
    other.destroy();
    await pump;
    const closed = await wire.row((row) => row.state === 'CLOSED', 'is closed', deaf.local);
    expect(closed.how).toBe('reset');
    expect(closed.bytesOut).toBeLessThanOrEqual(closed.bytesIn);
  });

  it('shows bytes out as the kernel takes them, not when they were handed over', async () => {
    await using wire = await startWire();
    const slow = await openClient(wire.port);
    slow.pause();
    const data = Buffer.alloc(16 << 20, 'y');
    const written = slow.write(data);
    const stalled = await wire.row((row) => row.stalled, 'is stalled');
    expect(stalled.bytesOut).toBeGreaterThan(0);
    expect(stalled.bytesOut).toBeLessThan(stalled.bytesIn);
    slow.resume();
    await written;
    await slow.receive(data.length);
    const row = await wire.row((row) => row.bytesOut === data.length, 'has sent everything');
    expect(row).toMatchObject({ bytesIn: data.length, stalled: false });
    slow.destroy();
  });
});
