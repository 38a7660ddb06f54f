import { closeSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openClient } from '../../support/net/client.ts';
import { until } from '../../support/wait.ts';
import { type Server, spawnServer, startServer, watch } from './server.ts';

/** A peer that sends and does not read. */
const openDeaf = async (server: Server, data: Buffer) => {
  const client = await openClient(server.port);
  client.pause();
  return { ...client, written: client.write(data).catch(() => undefined) };
};

/** Resolves when the server has stopped reading from the peer, which it owes bytes. */
const openStalled = async (server: Server, data: Buffer) => {
  const deaf = await openDeaf(server, data);
  // The totals stand still with bytes in and not out: the server waits for the peer.
  await until(() => {
    const [before, last] = server.events().slice(-2);
    const isStill = last?.event === 'stats' && before?.event === 'stats' && last.bytesIn === before.bytesIn;
    return isStill && Number(last.bytesIn) > Number(last.bytesOut);
  }, 'a stalled connection');
  return deaf;
};

/**
 * Resolves when the server has read everything and owes all of it, as `eof` does behind the FIN and `line` behind the
 * newline. A server that still had to read would take a peer for idle that a busy machine keeps from sending for 100 ms.
 */
const openOwed = async (server: Server, data: Buffer, { fin }: { readonly fin: boolean }) => {
  const deaf = await openDeaf(server, data);
  if (fin) deaf.end();
  const isRead = () => server.events().some(({ event, bytesIn }) => event === 'stats' && bytesIn === data.length);
  await until(isRead, 'all bytes to be read');
  if (fin) await server.event('half-close', { by: 'peer' });
  return deaf;
};

/** The error of a connection that is not accepted; empty where one is. */
const refusal = (port: number): Promise<string> =>
  openClient(port).then((client) => {
    client.destroy();
    return '';
  }, String);

/** Has the wire thread throw, so long after a signal, ms. */
const dyingAt = (signal: NodeJS.Signals, afterMs: number): string => {
  const code = `import { BroadcastChannel, isMainThread } from 'node:worker_threads';
    const channel = new BroadcastChannel('end');
    channel.unref();
    if (isMainThread) process.once('${signal}', () => setTimeout(() => channel.postMessage('now'), ${afterMs}));
    else channel.onmessage = () => setImmediate(() => { throw new Error('out of luck'); });`;
  return `--import data:text/javascript,${encodeURIComponent(code)}`;
};

describe('the end of serve', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s lets a transfer finish and closes idle connections',
    async (signal) => {
      await using server = await startServer([':0', '--json', '--echo', 'eof', '--grace', '60s', '--stats', '50ms']);
      const idle = await openClient(server.port);
      const data = Buffer.alloc(16 << 20, 'd');
      const deaf = await openOwed(server, data, { fin: true });
      server.signal(signal);
      expect(await idle.ended).toBe('FIN');
      await expect(openClient(server.port)).rejects.toThrow('ECONNREFUSED');
      deaf.resume();
      await deaf.written;
      await deaf.receive(data.length);
      expect(deaf.received().equals(data)).toBe(true);
      expect(await server.exited).toEqual({ status: 0, signal: null });
      const [first, second, stopped] = server.events().slice(-3);
      expect([first?.event, second?.event, stopped?.event]).toEqual(['half-close', 'close', 'stopped']);
      expect(second).toMatchObject({ how: 'fin', bytesIn: data.length, bytesOut: data.length });
      expect(stopped).toMatchObject({ open: 0, served: 2, bytesIn: data.length, bytesOut: data.length });
      expect(server.stderr()).toBe('');
      idle.destroy();
      deaf.destroy();
    },
  );

  it('sends a peer that stays open all that it is owed, and then closes with how: shutdown', async () => {
    await using server = await startServer([':0', '--json', '--echo', 'line', '--grace', '60s', '--stats', '50ms']);
    const data = Buffer.from(`${'d'.repeat((8 << 20) - 1)}\n`);
    const deaf = await openOwed(server, data, { fin: false });
    server.signal('SIGTERM');
    await expect.poll(() => refusal(server.port)).toMatch('ECONNREFUSED');
    deaf.resume();
    expect(await deaf.ended).toBe('FIN');
    expect(deaf.received().equals(data)).toBe(true);
    deaf.destroy();
    expect(await server.exited).toEqual({ status: 0, signal: null });
    const closed = { how: 'shutdown', bytesIn: data.length, bytesOut: data.length };
    expect(server.events().findLast(({ event, bytesIn }) => event === 'close' && bytesIn !== 0)).toMatchObject(closed);
    expect(server.events().at(-1)).toMatchObject({ event: 'stopped', open: 0 });
  });

  it('waits no longer than --grace', async () => {
    await using server = await startServer([':0', '--json', '--grace', '200ms', '--stats', '20ms']);
    const deaf = await openStalled(server, Buffer.alloc(16 << 20));
    const from = performance.now();
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(performance.now() - from).toBeGreaterThan(190);
    expect(server.events().slice(-2)).toMatchObject([
      { event: 'close', how: 'shutdown' },
      { event: 'stopped', open: 0 },
    ]);
    deaf.destroy();
  });

  it('comes at once with the second signal', async () => {
    await using server = await startServer([':0', '--json', '--grace', '60s', '--stats', '20ms']);
    const idle = await openClient(server.port);
    const deaf = await openStalled(server, Buffer.alloc(16 << 20));
    server.signal('SIGTERM');
    await idle.ended;
    await until(() => server.events().some(({ event }) => event === 'close'), 'the idle connection to close');
    server.signal('SIGINT');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.events().some(({ event }) => event === 'stopped')).toBe(false);
    idle.destroy();
    deaf.destroy();
  });

  it('is orderly although one signal comes twice, as timeout(1) sends it', async () => {
    const attempt = async (): Promise<boolean> => {
      await using server = await startServer([':0', '--json']);
      const client = await openClient(server.port);
      await server.event('open');
      const from = performance.now();
      server.signal('SIGTERM');
      server.signal('SIGTERM');
      // Only signals within 50 ms are taken for one, and this process may have been set aside between the two.
      if (performance.now() - from > 10) return false;
      expect(await server.exited).toEqual({ status: 0, signal: null });
      expect(server.events().at(-1)).toMatchObject({ event: 'stopped', served: 1 });
      client.destroy();
      return true;
    };
    await until(attempt, 'two signals in a row');
  });

  it('comes without an error when stdout is closed, and transfers finish first', async () => {
    await using server = await startServer([':0', '--json', '--echo', 'eof', '--grace', '60s', '--stats', '50ms']);
    const data = Buffer.alloc(16 << 20, 'd');
    const deaf = await openOwed(server, data, { fin: true });
    server.hangUp();
    await expect.poll(() => refusal(server.port)).toMatch('ECONNREFUSED');
    deaf.resume();
    await deaf.written;
    await deaf.receive(data.length);
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.stderr()).toBe('');
    deaf.destroy();
  });

  it('does not wait for ever for a reader that has stopped', async () => {
    await using server = await startServer([':0', '--json', '--data', 'hex']);
    server.pause();
    const client = await openClient(server.port);
    await client.write(Buffer.alloc(8 << 20));
    await client.receive(8 << 20);
    server.signal('SIGTERM');
    await until(() => server.stderr().includes('\n'), 'a line on stderr');
    server.resume();
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.stderr()).toBe('echoscope: nobody read the output for 2 s: the last events are left out\n');
    client.destroy();
  });

  it('names the reason when the output cannot be written, with status 1', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawnServer([':0', '--json'], { stdout: full });
    closeSync(full);
    await using server = watch(child);
    expect(await server.exited).toEqual({ status: 1, signal: null });
    expect(server.stderr()).toMatch(/^echoscope: cannot write the output: .*ENOSPC.*\n$/);
  });

  it('names the reason when the wire thread dies, with status 1 after `error` and without `stopped`', async () => {
    const env = { NODE_OPTIONS: dyingAt('SIGUSR2', 0) };
    await using server = await startServer([':0', 'udp://:0', '--json'], { env, listeners: 2 });
    server.signal('SIGUSR2');
    expect(await server.exited).toEqual({ status: 1, signal: null });
    const [tcp, udp, ...rest] = server.events();
    const message = 'the wire thread failed: out of luck';
    expect(rest).toMatchObject([
      { event: 'error', stage: 'accept', code: 'UNKNOWN', message, endpoint: tcp?.endpoint },
      { event: 'error', stage: 'recv', code: 'UNKNOWN', message, endpoint: udp?.endpoint },
    ]);
    expect(server.stderr()).toBe('echoscope: the server failed: out of luck\n');
  });

  it('has status 1 when that thread dies during the grace period', async () => {
    const args = [':0', '--json', '--grace', '60s', '--stats', '20ms'];
    await using server = await startServer(args, { env: { NODE_OPTIONS: dyingAt('SIGTERM', 100) } });
    const deaf = await openStalled(server, Buffer.alloc(16 << 20));
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 1, signal: null });
    expect(server.events().at(-1)).toMatchObject({ event: 'error', message: 'the wire thread failed: out of luck' });
    expect(server.stderr()).toBe('echoscope: the server failed: out of luck\n');
    deaf.destroy();
  });

  it('has status 2 for a mistake on the command line', async () => {
    await using server = watch(spawnServer(['--data', 'all']));
    expect(await server.exited).toEqual({ status: 2, signal: null });
    expect(server.stdout()).toBe('');
    expect(server.stderr()).toMatch(
      /^echoscope: --data "all" is not known; use none, text, hex, base64 \(.*--help\)\n$/,
    );
  });
});
