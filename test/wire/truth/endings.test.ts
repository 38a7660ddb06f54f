import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/memory/ledger/row.ts';
import { ladderOf } from '../../../src/model/ladder.ts';
import { verdictOf } from '../../../src/model/verdict.ts';
import { requireCapture } from '../../support/net/capture.ts';
import { type Client, openClient } from '../../support/net/client.ts';
import { startWire, type Wire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';
import { compareAll } from './playing.ts';

/** The peer's buffer does not hold it, and our own does: FIN waits behind it. */
const much = Buffer.alloc(1 << 20, 'm');

const closed = (wire: Wire, { local }: Client): Promise<Row> => wire.row(({ how }) => how !== null, 'has ended', local);

const halfCloses = (wire: Wire): readonly string[] =>
  wire.records().flatMap((each) => (each.kind === 'fin' ? [each.by] : []));

const rungsOf = (wire: Wire, row: Row): readonly string[] =>
  ladderOf(row, wire.calls(row) ?? { calls: [], client: null }).map(({ by, step }) => `${by} ${step}`);

describe.each([
  ['raw', true],
  ['plain', false],
] as const)('on %s streams', (_kind, rawStreams) => {
  it('twenty clients that close before our bytes come have reset: no FIN of ours is told, nor that all arrived', async () => {
    await using wire = await startWire(undefined, { rawStreams, discipline: 'eof' });
    const clients = await Promise.all(Array.from({ length: 20 }, () => openClient(wire.port)));
    for (const client of clients) {
      await client.write('hello world');
      client.destroy();
    }
    for (const client of clients) {
      const row = await closed(wire, client);
      expect(row).toMatchObject({ how: 'reset', error: 'EPIPE', bytesIn: 11, at: { finSent: null } });
      expect(verdictOf(row)).toContain('reset by peer (EPIPE)');
      expect(verdictOf(row)).toContain('not known how much of 11 B arrived');
      expect(rungsOf(wire, row).slice(-4)).toEqual(['peer FIN', 'us send', 'peer RST', 'us closed']);
    }
    await until(() => wire.records().filter(({ kind }) => kind === 'close').length === 20, 'all events');
    expect(new Set(halfCloses(wire))).toEqual(new Set(['peer']));
  });

  it('what a paused peer sent and we reset unread is no silence of the peer', async () => {
    await using wire = await startWire(undefined, { rawStreams });
    const client = await openClient(wire.port);
    const { id } = await wire.row(() => true, 'is there', client.local);
    wire.engine.tellConnection(id, { type: 'pause' });
    await wire.row(({ paused }) => paused, 'is paused', client.local);
    await client.write(Buffer.alloc(1000));
    wire.engine.tellConnection(id, { type: 'reset' });
    expect(await client.ended).toBe('RST');
    const row = await closed(wire, client);
    expect(row).toMatchObject({ how: 'reset', error: null, ourEnd: 'rst' });
    expect(verdictOf(row)).toMatch(/^reset by us, after .+; nothing was read$/);
  });

  it('a peer that had reset, unseen because we did not read, is not reset by us', async () => {
    await using wire = await startWire(undefined, { rawStreams });
    const client = await openClient(wire.port);
    const { id } = await wire.row(() => true, 'is there', client.local);
    wire.engine.tellConnection(id, { type: 'pause' });
    await wire.row(({ paused }) => paused, 'is paused', client.local);
    await client.write('unread');
    client.reset();
    expect(await client.ended).toBe('own');
    wire.engine.tellConnection(id, { type: 'reset' });
    const row = await closed(wire, client);
    expect(row).toMatchObject({ how: 'reset', error: 'ECONNRESET', ourEnd: 'unknown' });
    expect(rungsOf(wire, row)).toEqual(['us accept', 'peer RST', 'us closed']);
  });

  it('a silent peer whose bytes are unread gets RST behind FIN, and both are told', async () => {
    await using wire = await startWire(undefined, { rawStreams, idleTimeoutMs: 400 });
    const client = await openClient(wire.port);
    const { id } = await wire.row(() => true, 'is there', client.local);
    wire.engine.tellConnection(id, { type: 'pause' });
    await wire.row(({ paused }) => paused, 'is paused', client.local);
    await client.write('unread');
    const row = await closed(wire, client);
    // Node itself has read them from a plain stream: no RST goes out.
    const ourEnd = rawStreams ? 'rst' : 'unknown';
    expect(row).toMatchObject({ how: 'idle', ourEnd });
    expect(rungsOf(wire, row).includes('us RST')).toBe(rawStreams);
  });
});

describe('a peer that half-closes and does not take our last bytes', () => {
  const waiting = async () => {
    const wire = await startWire(undefined, { rawStreams: true, discipline: 'eof' });
    const client = await openClient(wire.port);
    client.pause();
    await client.write(much);
    client.end();
    const row = await wire.row(({ at }) => at.finSent !== null, 'has our FIN', client.local);
    return { wire, client, row };
  };

  it('is in LAST_ACK until it takes them, and then closed cleanly', async () => {
    const { wire, client, row } = await waiting();
    await using _ = wire;
    expect(row).toMatchObject({ how: null, state: 'LAST_ACK', bytesOut: much.length });
    expect(rungsOf(wire, row).at(-1)).toBe('us shutdown');
    client.resume();
    const end = await closed(wire, client);
    expect(end).toMatchObject({ how: 'fin', ourEnd: 'acknowledged' });
    expect(verdictOf(end)).toContain('closed cleanly');
    expect(client.received().length).toBe(much.length);
  });

  it('has reset where it goes before', async () => {
    const { wire, client } = await waiting();
    await using _ = wire;
    client.reset();
    const end = await closed(wire, client);
    expect(end).toMatchObject({ how: 'reset', error: 'ECONNRESET', state: 'CLOSED' });
    expect(verdictOf(end)).toContain('not known how much of 1 MB arrived');
    expect(rungsOf(wire, end).slice(-3)).toEqual(['us shutdown', 'peer RST', 'us closed']);
  });

  it('is let go in the end, and our FIN is told as not acknowledged', async () => {
    const { wire, client } = await waiting();
    await using _ = wire;
    const end = await closed(wire, client);
    expect(end).toMatchObject({ how: 'fin', error: null, ourEnd: 'unacknowledged' });
    expect(verdictOf(end)).toContain('our FIN was not acknowledged, not known how much of 1 MB arrived');
    client.destroy();
  });

  it.each(['close', 'reset'] as const)('keeps the end it had where we %s it meanwhile', async (type) => {
    const { wire, client, row } = await waiting();
    await using _ = wire;
    wire.engine.tellConnection(row.id, { type });
    const end = await closed(wire, client);
    expect(end).toMatchObject({ how: 'fin', error: null });
    expect(verdictOf(end)).not.toContain('cleanly');
    client.destroy();
  });
});

describe.runIf(requireCapture())('what is told of a few hundred conversations', () => {
  it('is what tcpdump saw, or says that it is not known', async () => {
    expect(await compareAll(4, 60)).toBeGreaterThan(200);
  });
});
