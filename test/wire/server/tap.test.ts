import { createSocket } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TapReader, TapRecord } from '../../../src/memory/tap.ts';
import { openClient } from '../../support/net/client.ts';
import { startWire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

const brief = (record: TapRecord) =>
  record.type === 'gap'
    ? `gap ${record.recv} ${record.send}`
    : `${record.call} ${Buffer.from(record.bytes).toString()}`;

/** What a tap hands over until a record is as wanted. */
const taken = async (tap: TapReader | null, wanted: string): Promise<readonly string[]> => {
  const all: string[] = [];
  await until(() => {
    all.push(...(tap?.take().map(brief) ?? []));
    return all.includes(wanted);
  }, wanted);
  return all;
};

describe('the copy of what one connection receives and sends', () => {
  it('begins when it is asked for, and has nothing of other connections', async () => {
    await using wire = await startWire();
    const [one, two] = [await openClient(wire.port), await openClient(wire.port)];
    onTestFinished(() => {
      for (const client of [one, two]) client.destroy();
    });
    await one.write('before');
    await one.receive('before');
    const { id } = await wire.row(({ bytesOut }) => bytesOut === 6, 'has answered', one.local);
    const tap = wire.engine.tap(id);
    // Commands are obeyed in their order: once this one is, the tap is there.
    wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.from('ours') });
    await one.receive('beforeours');
    await two.write('others');
    await two.receive('others');
    await one.write('첫째\0');
    expect(await taken(tap, 'send 첫째\0')).toEqual(['gap 6 6', 'send ours', 'recv 첫째\0', 'send 첫째\0']);
    wire.engine.tap(null);
    wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.from('unseen') });
    await one.receive('unseen');
    expect(tap?.take()).toEqual([]);
    expect(tap?.unreported()).toEqual({ recv: 0, send: 0 });
  });

  it('has whole datagrams', async () => {
    await using wire = await startWire([{ transport: 'udp', host: '127.0.0.1', port: 0 }]);
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.send('first', wire.port, '127.0.0.1');
    const { id } = await wire.row(({ bytesOut }) => bytesOut === 5, 'has answered');
    const tap = wire.engine.tap(id);
    wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.from('ours') });
    await wire.row(({ bytesOut }) => bytesOut === 9, 'has sent');
    socket.send('second', wire.port, '127.0.0.1');
    expect(await taken(tap, 'send second')).toEqual(['gap 5 5', 'send ours', 'recv second', 'send second']);
  });

  it('drops and counts under a flood that nobody reads, and not a byte of the echo is lost', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    onTestFinished(() => client.destroy());
    const { id } = await wire.row(() => true, 'is there');
    const tap = wire.engine.tap(id);
    const total = 32 << 20;
    void client.write(Buffer.alloc(total, 'f'));
    await client.receive(total);
    await wire.row(({ bytesOut }) => bytesOut === total, 'has echoed');
    const seen = { recv: 0, send: 0, ...tap?.unreported() };
    expect(seen.recv).toBeGreaterThan(total / 2);
    for (const record of tap?.take() ?? []) if (record.type === 'data') seen[record.call] += record.length;
    expect(seen).toEqual({ recv: total, send: total });
  });
});
