import { describe, expect, it } from 'vitest';
import { startServer } from '../commands/serve/server.ts';
import { openClient } from '../support/net/client.ts';
import { until } from '../support/wait.ts';

/** Set back by a day in every thread, as soon as SIGUSR2 says so. */
const preload = `--import data:text/javascript,${encodeURIComponent(`
  import { BroadcastChannel, isMainThread } from 'node:worker_threads';
  const channel = new BroadcastChannel('clock');
  channel.unref();
  const RealDate = Date;
  let back = 0;
  globalThis.Date = class extends RealDate {
    constructor(...args) { args.length === 0 ? super(RealDate.now() - back) : super(...args); }
    static now() { return RealDate.now() - back; }
  };
  const setBack = () => { back = 24 * 3600e3; };
  if (isMainThread) process.on('SIGUSR2', () => { setBack(); channel.postMessage('back'); });
  else channel.onmessage = setBack;
`)}`;

describe('the clock of the machine, set back by a day', () => {
  it('moves the times of events and nothing else: durations, idle timeout and order stay', async () => {
    const args = [':0', '--json', '--idle-timeout', '3s', '--stats', '50ms'];
    await using server = await startServer(args, { env: { NODE_OPTIONS: preload } });
    const began = performance.now();
    const client = await openClient(server.port);
    await client.write('before');
    await client.receive('before');
    server.signal('SIGUSR2');
    const timeOf = (event: { readonly time?: unknown } = {}): number => Date.parse(String(event.time));
    await until(() => Date.now() - timeOf(server.events().at(-1)) > 3600e3, 'the clock to be set back');
    const silentFrom = performance.now();
    await client.write('after');
    await client.receive('beforeafter');
    expect(await client.ended).toBe('FIN');
    expect(performance.now() - silentFrom).toBeGreaterThan(2990);
    const close = await server.event('close', { how: 'idle', bytesIn: 11, bytesOut: 11 });
    expect(close.seconds).toBeGreaterThan(2.99);
    expect(close.seconds).toBeLessThan((performance.now() - began) / 1000);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });

    // Totals are of now, what happened on the wire of up to ten ms before.
    const events = server.events().filter(({ event }) => event !== 'stats');
    expect(events.map(({ event }) => event)).toEqual(['listening', 'open', 'half-close', 'close', 'stopped']);
    // Of the two times of each event the wall clock's is told: it goes back once.
    const jumps = events.filter((event, n) => n > 0 && timeOf(event) < timeOf(events[n - 1]));
    expect(jumps).toHaveLength(1);
    client.destroy();
  });
});
