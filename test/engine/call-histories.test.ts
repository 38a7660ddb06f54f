import { createSocket } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EngineOptions } from '../../src/engine/engine.ts';
import type { Row } from '../../src/memory/ledger/row.ts';
import type { CallHistory } from '../../src/model/calls.ts';
import { ladderOf, type Rung } from '../../src/model/ladder.ts';
import { verdictOf } from '../../src/model/verdict.ts';
import { type Client, openClient } from '../support/net/client.ts';
import { startWire, type Wire } from '../support/net/wire.ts';
import { until } from '../support/wait.ts';

const time = String.raw`\d[\d.]* (?:µs|ms|s)`;
/** A verdict with `TIME` in the place of every span of time. */
const saying = (verdict: string): RegExp =>
  new RegExp(`^${verdict.replaceAll(/[()]/g, String.raw`\$&`).replaceAll('TIME', time)}$`, 'u');

/** An idle timeout that a client which has just connected does not meet before its first byte, ms. */
const silentMs = 1500;

/** Lets a connection come to its end in some way, and returns its row and the wire. */
const lead = async (
  life: (client: Client, wire: Wire, id: number) => Promise<void>,
  options: Partial<EngineOptions> = {},
): Promise<{ readonly row: Row; readonly wire: Wire }> => {
  const wire = await startWire(undefined, options);
  onTestFinished(() => wire.engine.stop(0));
  const client = await openClient(wire.port);
  onTestFinished(() => client.destroy());
  const { id } = await wire.row(() => true, 'is there', client.local);
  await life(client, wire, id);
  const row = await wire.row(({ how }) => how !== null, 'is closed', client.local);
  return { row, wire };
};

const say = (text: string) => async (client: Client) => {
  await client.write(text);
  await client.receive(text);
};

describe('the sentence that says how a connection ended', () => {
  it('FIN from the peer', async () => {
    const { row } = await lead(async (client) => {
      for (const word of ['one', 'three', 'four']) await say(word)(client);
      client.end();
    });
    expect(verdictOf(row)).toMatch(
      saying('3 reads, 12 B; the peer sent FIN first; all 12 B echoed; closed cleanly after TIME'),
    );
  });

  it('FIN without a byte', async () => {
    const { row } = await lead(async (client) => client.end());
    expect(verdictOf(row)).toMatch(saying('nothing was ever sent; the peer sent FIN first; closed cleanly after TIME'));
  });

  it('our half-close first', async () => {
    const { row } = await lead(async (client, wire, id) => {
      await say('hello')(client);
      wire.engine.tellConnection(id, { type: 'half-close' });
      await client.ended;
      client.end();
    });
    expect(verdictOf(row)).toMatch(
      saying('1 read, 5 B; we half-closed first; all 5 B echoed; closed cleanly after TIME'),
    );
  });

  it('our close', async () => {
    const { row } = await lead(async (client, wire, id) => {
      await say('hello')(client);
      wire.engine.tellConnection(id, { type: 'close' });
    });
    expect(verdictOf(row)).toMatch(
      saying(
        '1 read, 5 B; all 5 B echoed; closed by us, no FIN from the peer was read after TIME; not known how much of 5 B arrived',
      ),
    );
  });

  it('our reset', async () => {
    const { row } = await lead(async (client, wire, id) => {
      await say('hello')(client);
      wire.engine.tellConnection(id, { type: 'reset' });
    });
    expect(verdictOf(row)).toMatch(
      saying('reset by us, after TIME; 1 read, 5 B; all 5 B echoed; not known how much of 5 B arrived'),
    );
  });

  it('RST from the peer, which we owed bytes', async () => {
    const { row } = await lead(async (client, wire) => {
      client.pause();
      void client.write(Buffer.alloc(32 << 20)).catch(() => undefined);
      await wire.row(({ stalled }) => stalled, 'is stalled', client.local);
      client.reset();
    });
    expect(verdictOf(row)).toMatch(
      /^reset by peer \((?:ECONNRESET|EPIPE)\) with [\d.]+ k?B not echoed, after .+; [\d,]+ reads?, .+ MB; not known how much of [\d.]+ [kM]?B arrived$/u,
    );
  });

  it('RST from the peer', async () => {
    const { row } = await lead(async (client) => {
      await say('hello')(client);
      client.reset();
    });
    expect(verdictOf(row)).toMatch(
      saying('reset by peer (ECONNRESET), after TIME; 1 read, 5 B; all 5 B echoed; not known how much of 5 B arrived'),
    );
  });

  it('RST before a byte', async () => {
    const { row } = await lead(async (client) => client.reset());
    expect(verdictOf(row)).toMatch(saying('reset by peer (ECONNRESET), after TIME; nothing was read'));
  });

  it('RST after our FIN', async () => {
    const { row } = await lead(async (client, wire, id) => {
      await say('hello')(client);
      wire.engine.tellConnection(id, { type: 'half-close' });
      await client.ended;
      client.reset();
    });
    expect(verdictOf(row)).toMatch(
      saying('reset by peer (ECONNRESET), after TIME; 1 read, 5 B; all 5 B echoed; not known how much of 5 B arrived'),
    );
    expect(row.at.finSent).not.toBeNull();
  });

  it('RST after its FIN, while we owe it bytes', async () => {
    const { row } = await lead(
      async (client, wire) => {
        await client.write(Buffer.alloc(8 << 20));
        client.pause();
        client.end();
        await wire.row(({ state, stalled }) => state === 'CLOSE_WAIT' && stalled, 'owes', client.local);
        client.reset();
      },
      { discipline: 'eof' },
    );
    expect(verdictOf(row)).toMatch(
      /^reset by peer \((?:ECONNRESET|EPIPE)\), after .+; [\d.]+ [kM]B of 8\.4 MB not echoed; not known how much of [\d.]+ [kM]B arrived$/u,
    );
    expect(row.at.finReceived).not.toBeNull();
  });

  it('our close, and FIN from the peer after it', async () => {
    const { row } = await lead(async (client, wire, id) => {
      await say('hello')(client);
      wire.engine.tellConnection(id, { type: 'close' });
      await client.ended;
      client.end();
    });
    expect(verdictOf(row)).toMatch(
      saying('1 read, 5 B; we half-closed first; all 5 B echoed; closed cleanly after TIME'),
    );
  });

  it('silence of a peer that never reads', async () => {
    const { row } = await lead(
      async (client) => {
        client.pause();
        void client.write(Buffer.alloc(32 << 20)).catch(() => undefined);
      },
      { idleTimeoutMs: silentMs },
    );
    expect(verdictOf(row)).toMatch(
      /^reset by us: idle .+ with [\d.]+ [kM]?B not echoed, after .+; [\d,]+ reads?, .+ MB; not known how much of [\d.]+ [kM]?B arrived$/u,
    );
  });

  it('the end of the server, of a peer that never reads', async () => {
    const { row } = await lead(async (client, wire) => {
      client.pause();
      void client.write(Buffer.alloc(32 << 20)).catch(() => undefined);
      await wire.row(({ stalled }) => stalled, 'is stalled', client.local);
      await wire.engine.stop(50);
    });
    expect(verdictOf(row)).toMatch(
      /^reset by us: the server stopped with [\d.]+ [kM]?B not echoed, after .+; [\d,]+ reads?, .+ MB; not known how much of [\d.]+ [kM]?B arrived$/u,
    );
  });

  it('silence', async () => {
    const { row } = await lead(say('hello'), { idleTimeoutMs: silentMs });
    expect(verdictOf(row)).toMatch(
      saying('closed by us: idle TIME, after TIME; 1 read, 5 B; all 5 B echoed; not known how much of 5 B arrived'),
    );
  });

  it('silence before the FIN that eof waits for', async () => {
    const { row } = await lead((client) => client.write('hello'), { idleTimeoutMs: silentMs, discipline: 'eof' });
    expect(verdictOf(row)).toMatch(
      saying(
        'closed by us: idle TIME, after TIME; 1 read, 5 B; 5 B held for a FIN that was never read (echo eof); not known whether our FIN arrived',
      ),
    );
  });

  it('more bytes than --max-buffer allows', async () => {
    const { row } = await lead((client) => client.write('hello'), { maxBufferBytes: 4, discipline: 'line' });
    expect(verdictOf(row)).toMatch(
      saying('reset by us: it held more than --max-buffer allows, after TIME; 1 read, 5 B; 5 B of 5 B not echoed'),
    );
  });

  it('the end of the server', async () => {
    const { row } = await lead(async (client, wire) => {
      await say('hello')(client);
      await wire.engine.stop(1000);
    });
    expect(verdictOf(row)).toMatch(
      saying(
        'closed by us: the server stopped, after TIME; 1 read, 5 B; all 5 B echoed; not known how much of 5 B arrived',
      ),
    );
  });

  it('nothing is echoed under none', async () => {
    const { row } = await lead(
      async (client, wire) => {
        await client.write('hello');
        await wire.row(({ bytesIn }) => bytesIn === 5, 'has read');
        client.end();
      },
      { discipline: 'none' },
    );
    expect(verdictOf(row)).toMatch(
      saying('1 read, 5 B; the peer sent FIN first; nothing echoed (echo none); closed cleanly after TIME'),
    );
  });

  it('bytes of our own', async () => {
    const { row } = await lead(async (client, wire, id) => {
      await say('hello')(client);
      wire.engine.tellConnection(id, { type: 'write', bytes: Buffer.from('and more') });
      await client.receive('and more');
      client.end();
    });
    expect(verdictOf(row)).toMatch(
      saying('1 read, 5 B; the peer sent FIN first; 13 B sent, 8 B of them our own; closed cleanly after TIME'),
    );
  });

  it('of a UDP peer: silence, our close, and the end of the server', async () => {
    const listen = async (options: Partial<EngineOptions>) => {
      const wire = await startWire([{ transport: 'udp', host: '127.0.0.1', port: 0 }], options);
      onTestFinished(() => wire.engine.stop(0));
      const socket = createSocket('udp4');
      onTestFinished(() => void socket.close());
      socket.send('ping', wire.port, '127.0.0.1');
      const { id } = await wire.row(({ bytesOut }) => bytesOut === 4, 'has answered');
      const end = async () => verdictOf(await wire.row(({ how }) => how !== null, 'is closed'));
      return { wire, id, end };
    };
    const silent = await listen({ idleTimeoutMs: 100 });
    expect(await silent.end()).toMatch(
      saying('forgotten: no datagram for TIME, after TIME; 1 datagram, 4 B; all 4 B echoed'),
    );
    const closed = await listen({});
    closed.wire.engine.tellConnection(closed.id, { type: 'close' });
    expect(await closed.end()).toMatch(saying('forgotten at our wish, after TIME; 1 datagram, 4 B; all 4 B echoed'));
    const stopped = await listen({});
    await stopped.wire.engine.stop(0);
    expect(await stopped.end()).toMatch(
      saying('forgotten: the server stopped, after TIME; 1 datagram, 4 B; all 4 B echoed'),
    );
  });
});

const steps = (rungs: readonly Rung[], by: Rung['by']) =>
  rungs.filter((rung) => rung.by === by).map(({ step, bytes }) => (bytes === 0 ? step : `${step} ${bytes}`));

/** The calls of a connection of the embedded client. A ledger lacks a new row while a thread is writing it. */
const bothEnds = async (wire: Wire, row: Row): Promise<CallHistory> => {
  const calls = () => wire.calls(row);
  await until(() => (calls()?.client ?? null) !== null, 'the calls of the client');
  return calls() ?? expect.fail('no calls');
};

describe('the ladder of calls', () => {
  it('has every call that can be known of an outside client', async () => {
    const { row, wire } = await lead(async (client) => {
      await say('hello')(client);
      client.end();
    });
    const life = wire.calls(row);
    if (life === null) expect.fail('no life');
    const rungs = ladderOf(row, life);
    expect(life.client).toBeNull();
    expect(steps(rungs, 'us')).toEqual(['accept', 'recv 5', 'send 5', 'FIN', 'closed']);
    expect(steps(rungs, 'peer')).toEqual(['FIN']);
  });

  it.each(['tcp', 'udp'] as const)('has both ends of the embedded client, over %s', async (transport) => {
    await using wire = await startWire([{ transport, host: '127.0.0.1', port: 0 }]);
    const [endpoint] = wire.endpoints;
    if (endpoint === undefined) expect.fail('no endpoint');
    wire.engine.tellClient({ type: 'connect', endpoint });
    await until(() => wire.clientEvents.some(({ type }) => type === 'connected'), 'the connection');
    wire.engine.tellClient({ type: 'send', id: 1, bytes: Buffer.from('hello') });
    await until(() => wire.clientEvents.some(({ type }) => type === 'received'), 'the echo');
    wire.engine.tellClient({ type: 'half-close' });
    const row = await wire.row(
      ({ how, bytesOut }) => (transport === 'udp' ? bytesOut === 5 : how !== null),
      'is closed',
    );
    const life = await bothEnds(wire, row);
    const fin = transport === 'tcp' ? ['FIN'] : [];
    expect(steps(ladderOf(row, life), 'peer')).toEqual(['connect', 'send 5', 'recv 5', ...fin]);
    expect(steps(ladderOf(row, life), 'us').slice(0, 3)).toEqual(['accept', 'recv 5', 'send 5']);
  });

  it('shows one send that takes several reads', async () => {
    await using wire = await startWire();
    const [endpoint] = wire.endpoints;
    if (endpoint === undefined) expect.fail('no endpoint');
    wire.engine.tellClient({ type: 'connect', endpoint });
    await until(() => wire.clientEvents.some(({ type }) => type === 'connected'), 'the connection');
    wire.engine.tellClient({ type: 'send', id: 1, bytes: Buffer.alloc(300_000) });
    const row = await wire.row(({ bytesOut }) => bytesOut === 300_000, 'has echoed');
    const life = await bothEnds(wire, row);
    expect(life.client?.calls.filter(({ call }) => call === 'send').map(({ bytes }) => bytes)).toEqual([300_000]);
    expect(life.calls.filter(({ call }) => call === 'recv').length).toBeGreaterThan(1);
  });

  it('is missing for a connection whose memory was given to another', async () => {
    await using wire = await startWire();
    const client = await openClient(wire.port);
    const row = await wire.row(() => true, 'is there');
    client.destroy();
    expect(wire.calls({ ...row, id: 99 })).toBeNull();
  });
});
