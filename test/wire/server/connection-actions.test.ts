import { describe, expect, it } from 'vitest';
import { openClient } from '../../support/net/client.ts';
import { startWire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

describe('acting on a connection', () => {
  it('sends bytes of our own to it, and to all', async () => {
    await using wire = await startWire();
    const [one, two] = [await openClient(wire.port), await openClient(wire.port)];
    await until(() => wire.reading().totals.open === 2, 'both');
    const { id } = await wire.row(() => true, 'is there', one.local);
    wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.from('you\0') });
    wire.engine.tellConnection(null, { type: 'write', bytes: Buffer.from('all') });
    await one.receive('you\0all');
    await two.receive('all');
    expect(two.received().toString()).toBe('all');
    expect(await wire.row((row) => row.bytesOut === 7, 'has sent', one.local)).toMatchObject({
      bytesIn: 0,
      writes: 2,
      at: { recv: null },
    });
    one.destroy();
    two.destroy();
  });

  it('counts exactly what it sends to a peer that reads slowly, while it echoes too', async () => {
    await using wire = await startWire();
    const slow = await openClient(wire.port);
    slow.pause();
    const written = slow.write(Buffer.alloc(12 << 20, 'e'));
    const { id } = await wire.row((row) => row.stalled, 'is stalled');
    for (let n = 0; n < 10; n++) wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.alloc(100_000, 'o') });
    slow.resume();
    await written;
    const total = (12 << 20) + 1_000_000;
    await slow.receive(total);
    expect(await wire.row((row) => row.bytesOut === total, 'has sent everything')).toMatchObject({ stalled: false });
    slow.end();
    await slow.ended;
    slow.destroy();
    const closed = await wire.row((row) => row.state === 'CLOSED', 'is closed');
    expect(closed).toMatchObject({ bytesIn: 12 << 20, bytesOut: total, writes: closed.reads + 10 });
  });

  it('sends a small piece while the one before is not acknowledged yet', async () => {
    await using wire = await startWire();
    const peer = await openClient(wire.port);
    const { id } = await wire.row(() => true, 'is there', peer.local);
    let length = 0;
    let quickestMs = Infinity;
    // RFC 896 is slow whenever nobody turns it off; a machine that has no time for us is so now and then.
    for (let n = 0; n < 100 && quickestMs >= 20; n++) {
      // Whose peer answers each piece with one of its own acknowledges no sooner than with that, or 40 ms later.
      for (let m = 0; m < 4; m++) {
        await peer.write('?');
        await peer.receive(++length);
      }
      const since = performance.now();
      wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.of(n) });
      wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.of(n) });
      length += 2;
      await peer.receive(length);
      quickestMs = Math.min(quickestMs, performance.now() - since);
    }
    expect(quickestMs).toBeLessThan(20);
    peer.destroy();
  });

  it('queues a limited number of our own bytes for a peer that reads nothing, and reports the rest as not sent', async () => {
    await using wire = await startWire();
    const deaf = await openClient(wire.port);
    deaf.pause();
    const echoed = 12 << 20;
    const written = deaf.write(Buffer.alloc(echoed, 'e'));
    const { id } = await wire.row((row) => row.stalled, 'is stalled');
    const message = Buffer.alloc(300_000, 'o');
    for (let n = 0; n < 20; n++) wire.engine.tellConnection(id, { type: 'write', bytes: message });
    await until(() => wire.faults.length > 0, 'the fault');
    expect(wire.faults).toMatchObject([
      { stage: 'send', code: 'EAGAIN', peer: deaf.local, endpoint: { port: wire.port } },
    ]);
    deaf.resume();
    await written;
    // Those that were taken reach the peer whole, and it is served as before.
    const { bytesOut } = await wire.row((row) => row.bytesIn === echoed && !row.stalled, 'has caught up');
    const own = (bytesOut - echoed) / message.length;
    expect([3, 4]).toContain(own);
    wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.from('fine') });
    await deaf.receive(bytesOut + 4);
    expect(deaf.received().toString('latin1').replaceAll('e', '')).toBe(`${'o'.repeat(own * message.length)}fin`);
    deaf.destroy();
  });

  it('half-closes: the peer reads our FIN and may go on sending', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    await client.write('before');
    await client.receive('before');
    const { id } = await wire.row(() => true, 'is there');
    wire.engine.tellConnection(id, { type: 'half-close' });
    expect(await client.ended).toBe('FIN');
    await client.write('after');
    const row = await wire.row((row) => row.bytesIn === 11, 'has received more');
    expect(row).toMatchObject({ state: 'FIN_WAIT', bytesOut: 6 });
    client.end();
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({ how: 'fin' });
    client.destroy();
  });

  it('closes with FIN', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    const { id } = await wire.row(() => true, 'is there');
    wire.engine.tellConnection(id, { type: 'close' });
    expect(await client.ended).toBe('FIN');
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({ how: 'fin', error: null });
    client.destroy();
  });

  it('closes one that we had half-closed, though its peer never does', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    const { id } = await wire.row(() => true, 'is there');
    wire.engine.tellConnection(id, { type: 'half-close' });
    expect(await client.ended).toBe('FIN');
    await wire.row((row) => row.state === 'FIN_WAIT', 'has sent FIN');
    wire.engine.tellConnection(id, { type: 'close' });
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({ how: 'fin' });
    client.destroy();
  });

  it('closes a peer that still sends with FIN too, after all it is owed', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    client.pause();
    const total = 24 << 20;
    const written = client.write(Buffer.alloc(total, 'c')).catch(() => undefined);
    const { id } = await wire.row((row) => row.stalled, 'is stalled');
    wire.engine.tellConnection(id, { type: 'close' });
    client.resume();
    expect(await client.ended).toBe('FIN');
    await written;
    client.destroy();
    const row = await wire.row((row) => row.state === 'CLOSED', 'is closed');
    expect(row).toMatchObject({ how: 'fin', bytesOut: client.received().length, paused: false });
    expect(row.bytesOut).toBeLessThan(row.bytesIn);
  });

  it('resets with RST', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    const { id } = await wire.row(() => true, 'is there');
    wire.engine.tellConnection(id, { type: 'reset' });
    expect(await client.ended).toBe('RST');
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({ how: 'reset' });
  });

  it('stops reading, so that the peer feels backpressure, and goes on where it stopped', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    await client.write('x');
    await client.receive('x');
    const { id } = await wire.row(() => true, 'is there');
    wire.engine.tellConnection(id, { type: 'pause' });
    await wire.row((row) => row.paused, 'is paused');
    const data = Buffer.alloc(32 << 20, 'p');
    let all = false;
    const written = client.write(data).then(() => {
      all = true;
    });
    const before = wire.reading().rows[0]?.bytesIn;
    const other = await openClient(wire.port);
    await other.write('others go on');
    await other.receive('others go on');
    expect(wire.reading().rows.find((row) => row.id === id)?.bytesIn).toBe(before);
    expect(all).toBe(false);
    wire.engine.tellConnection(id, { type: 'resume' });
    await written;
    await client.receive(data.length + 1);
    expect(await wire.row((row) => row.bytesOut === data.length + 1, 'has echoed', client.local)).toMatchObject({
      paused: false,
    });
    client.destroy();
    other.destroy();
  });

  for (const begun of ['half-close', 'close'] as const)
    it(`resets one whose ${begun} has only begun`, async () => {
      await using wire = await startWire();
      for (let round = 0; round < 10; round++) {
        const client = await openClient(wire.port);
        const { id } = await wire.row(() => true, 'is there', client.local);
        wire.engine.tellConnection(id, { type: begun });
        wire.engine.tellConnection(id, { type: 'reset' });
        await wire.row((row) => row.id === id && row.how === 'reset', 'is reset', client.local);
        client.destroy();
      }
      expect(wire.reading().totals.open).toBe(0);
    });

  it('discards what comes after it has closed, however much that is', async () => {
    await using wire = await startWire(undefined, { discipline: 'eof', maxBufferBytes: 4 });
    const client = await openClient(wire.port);
    await client.write('held');
    const { id } = await wire.row((row) => row.bytesIn === 4, 'has received');
    wire.engine.tellConnection(id, { type: 'close' });
    expect(await client.ended).toBe('FIN');
    await client.write('not held');
    await wire.row((row) => row.bytesIn === 12, 'has received the rest');
    client.end();
    const row = await wire.row((row) => row.state === 'CLOSED', 'is closed');
    expect(row).toMatchObject({ how: 'fin', bytesOut: 0 });
    client.destroy();
  });

  it('sees a FIN that came while it was paused', async () => {
    await using wire = await startWire(undefined, { threads: 1 });
    const other = await openClient(wire.port);
    for (let round = 0; round < 5; round++) {
      const client = await openClient(wire.port);
      const { id } = await wire.row(() => true, 'is there', client.local);
      wire.engine.tellConnection(id, { type: 'pause' });
      await wire.row((row) => row.paused, 'is paused', client.local);
      await client.write('last words');
      client.end();
      // Whoever is answered now shows that the FIN has come.
      await other.write('x');
      await other.receive(round + 1);
      wire.engine.tellConnection(id, { type: 'resume' });
      expect(await client.ended).toBe('FIN');
      expect(client.received().toString()).toBe('last words');
      await wire.row((row) => row.id === id && row.how === 'fin', 'has ended', client.local);
    }
    other.destroy();
  });

  it('does nothing to a connection that is gone', async () => {
    await using wire = await startWire();
    for (const act of ['half-close', 'close', 'reset', 'pause', 'resume'] as const)
      wire.engine.tellConnection(99, { type: act });
    wire.engine.tellConnection(99, { type: 'write', bytes: Buffer.from('x') });
    wire.engine.tellConnection(99, { type: 'discipline', discipline: 'none' });
    const client = await openClient(wire.port);
    await client.write('fine');
    await client.receive('fine');
    client.destroy();
  });
});
