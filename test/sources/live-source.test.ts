import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FaultError } from '../../src/engine/engine.ts';
import { monotonicMs } from '../../src/memory/clock.ts';
import { LiveFeed } from '../../src/model/feed.ts';
import { parseFilter } from '../../src/model/filter.ts';
import { LiveSource } from '../../src/sources/live-source.ts';
import { openClient } from '../support/net/client.ts';
import { freePort } from '../support/net/free-port.ts';
import { serverDefaults } from '../support/net/server-options.ts';
import { until } from '../support/wait.ts';

const options = { ...serverDefaults, maxConnections: 10 } as const;

/** A source with a listener, and a way to make its wire thread throw. */
const start = async (threads: number) => {
  const crashes: Error[] = [];
  const source = new LiveSource({ ...options, threads });
  source.follow({
    client: () => undefined,
    fault: () => undefined,
    said: () => undefined,
    crash: (error) => crashes.push(error),
  });
  onTestFinished(() => source.stop(0));
  const port = await freePort({ transport: 'tcp', host: '127.0.0.1' });
  await source.listen([{ transport: 'tcp', host: '127.0.0.1', port }]);
  const crash = async (): Promise<void> => {
    const before = crashes.length;
    // A command of a shape that no code sends.
    source.tellClient(JSON.parse('{"type":"connect"}'));
    await until(() => crashes.length > before, 'the crash to be told');
  };
  /** One connection that sends so many bytes, and has them back. */
  const talk = async (bytes: number) => {
    const client = await openClient(port);
    onTestFinished(() => client.destroy());
    const { bytesOut } = source.read().totals;
    await client.write(Buffer.alloc(bytes));
    await client.receive(bytes);
    await until(() => source.read().totals.bytesOut === bytesOut + bytes, 'the echo to be counted');
    return client;
  };
  return { source, port, crash, talk };
};

describe.each([1, 2])('an engine with %d threads after one died', (threads) => {
  it('keeps its last counters, and its peers are disconnected', async () => {
    const { source, crash, talk } = await start(threads);
    const client = await talk(5);
    const before = source.read();
    await crash();
    expect(source.refusal).toBe('the wire has failed: Ctrl-R restarts it');
    expect(source.read()).toBe(before);
    expect(await client.ended).not.toBe('own');
  });

  it('is restarted on the same port with the same discipline, and numbers and counters go on', async () => {
    const { source, port, crash, talk } = await start(threads);
    await talk(5);
    source.tellConnection(null, { type: 'discipline', discipline: 'line' });
    await until(() => source.read().discipline === 'line', 'the discipline');
    await crash();
    expect(await source.restart()).toEqual([{ transport: 'tcp', host: '127.0.0.1', port }]);
    expect(source.refusal).toBeNull();
    const [old] = source.read().rows;
    expect(old).toMatchObject({ id: 1, state: 'CLOSED', how: 'shutdown', bytesIn: 5, bytesOut: 5 });
    expect(source.read()).toMatchObject({
      discipline: 'line',
      totals: { open: 0, served: 1, bytesIn: 5, bytesOut: 5 },
    });
    expect(source.read(), 'unchanged').toBe(source.read());

    const client = await openClient(port);
    await client.write('more\n');
    await client.receive('more\n');
    await until(() => source.read().totals.bytesOut === 10, 'the echo to be counted');
    expect(source.read().totals).toEqual({ open: 1, served: 2, refused: 0, bytesIn: 10, bytesOut: 10 });
    const { rows } = source.read();
    expect(rows.map(({ id, peer }) => [id, peer])).toEqual([
      [1, old?.peer],
      [2, client.local],
    ]);
    const calls = rows.map((row) =>
      source.ends(row)?.server.records.flatMap((each) => ('length' in each ? [`${each.kind} ${each.length}`] : [])),
    );
    expect(calls).toEqual([
      ['recv 5', 'send 5'],
      ['recv 5', 'send 5'],
    ]);
    client.destroy();
  });

  it('can be restarted again and again', async () => {
    const { source, crash, talk } = await start(threads);
    for (const round of [1, 2, 3]) {
      await talk(1);
      expect(source.read().rows.at(-1)?.id).toBe(round);
      await crash();
      expect(await source.restart()).toHaveLength(1);
    }
    expect(source.read().totals).toEqual({ open: 0, served: 3, refused: 0, bytesIn: 3, bytesOut: 3 });
    // Those of the last engine alone: the list is bounded however often it is restarted.
    expect(source.read().rows.map(({ id }) => id)).toEqual([3]);
  });

  it('cannot be restarted while another program has its port, and can once the port is free', async () => {
    const { source, port, crash, talk } = await start(threads);
    await talk(5);
    await crash();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    const before = source.read();
    await expect(source.restart()).rejects.toSatisfy(
      (error) => error instanceof FaultError && error.fault.code === 'EADDRINUSE',
    );
    expect(source.refusal).toBe('the wire has failed: Ctrl-R restarts it');
    expect(source.read()).toBe(before);
    await new Promise((resolve) => squatter.close(resolve));
    expect(await source.restart()).toHaveLength(1);
    await talk(1);
  });

  it('frees its port when it is stopped during a restart', async () => {
    const { source, port, crash } = await start(threads);
    await crash();
    const restarted = source.restart().catch(() => null);
    await source.stop(0);
    await restarted;
    const successor = createServer();
    onTestFinished(() => void successor.close());
    await new Promise<void>((resolve, reject) => successor.once('error', reject).listen(port, '127.0.0.1', resolve));
  });

  it('is restarted once, however often that is asked for, and not while it runs', async () => {
    const { source, crash } = await start(threads);
    expect(await source.restart()).toBeNull();
    await crash();
    const [first, second] = await Promise.all([source.restart(), source.restart()]);
    expect([first?.length, second]).toEqual([1, null]);
  });
});

it('finds a connection by what it said, open, closed and after a crash', async () => {
  const { source, port, crash } = await start(2);
  const feed = new LiveFeed({ read: () => source.read(), detail: source });
  const found = (text: string) => {
    feed.refresh();
    const parsed = parseFilter(text);
    const { connections } = feed.view().snapshot;
    return connections.all.filter((row) => parsed.ok && parsed.filter.matches(row, monotonicMs())).map(({ id }) => id);
  };
  const say = async (text: string) => {
    const client = await openClient(port);
    onTestFinished(() => client.destroy());
    await client.write(Buffer.from(text));
    await client.receive(text.length);
    return client;
  };
  const temperature = await say('TEMP 21.5\r\n');
  await say('GET / HTTP/1.1\r\n');
  await until(() => found('said:temp').join() === '1' && found('got:/^GET/').join() === '2', 'both to be found');
  expect(found('said:temp or /HTTP/')).toEqual([2, 1]);
  temperature.destroy();
  await until(() => found('!open').length === 1, 'the end');
  expect(found('said:"TEMP 21"')).toEqual([1]);
  await crash();
  await source.restart();
  await until(() => found('closed said:/^GET|^TEMP/').length === 2, 'both to be found again');
});
