import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { unescapeText } from '../../../src/text/escapes.ts';
import { isTurnedAway, openClient } from '../../support/net/client.ts';
import { until } from '../../support/wait.ts';
import { type Line, spawnServer, startServer, watch } from './server.ts';

/** Exactly these fields, and the two of every event. */
const exactly = (event: string, fields: Line) => ({
  time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  event,
  ...fields,
});

/** What `close` says of a connection on which nothing was said. */
const silent = { transport: 'tcp', bytesIn: 0, bytesOut: 0, reads: 0, writes: 0, seconds: expect.any(Number) };

const speak = async (port: number, text: string): Promise<{ socket: Socket; peer: string }> => {
  const socket = createSocket('udp4');
  socket.send(text, port, '127.0.0.1');
  await once(socket, 'message');
  return { socket, peer: `127.0.0.1:${socket.address().port}` };
};

describe('the events of serve --json', () => {
  it('are listening, open, half-close, close, stopped, each with exactly its fields', async () => {
    await using server = await startServer([':0', '--json']);
    const began = performance.now();
    const client = await openClient(server.port);
    await client.write('hello, world');
    await client.receive(12);
    client.end();
    expect(await client.ended).toBe('FIN');
    const close = await server.event('close');
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    const local = `127.0.0.1:${server.port}`;
    const peer = client.local;
    expect(server.events()).toStrictEqual([
      exactly('listening', { endpoint: `tcp://${local}` }),
      exactly('open', { id: 1, transport: 'tcp', peer, local }),
      exactly('half-close', { id: 1, by: 'peer' }),
      exactly('half-close', { id: 1, by: 'local' }),
      exactly('close', { ...silent, id: 1, peer, bytesIn: 12, bytesOut: 12, reads: 1, writes: 1, how: 'fin' }),
      exactly('stopped', { open: 0, served: 1, refused: 0, bytesIn: 12, bytesOut: 12 }),
    ]);
    expect(close.seconds).toBeGreaterThan(0);
    expect(close.seconds).toBeLessThan((performance.now() - began) / 1000);
    expect(server.stderr()).toBe('');
  });

  it('have times that never go backwards and are those of the wall clock', async () => {
    const before = Date.now();
    await using server = await startServer([':0', '--json', '--data', 'hex', '--stats', '1ms']);
    const client = await openClient(server.port);
    for (let i = 1; i <= 200; i++) {
      await client.write('x');
      await client.receive(i);
    }
    client.destroy();
    await server.event('close');
    const times = server.events().map(({ time }) => Date.parse(String(time)));
    const happened = server.events().flatMap(({ event }, at) => (event === 'stats' ? [] : [times[at] ?? 0]));
    expect(happened.toSorted((a, b) => a - b)).toEqual(happened);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(before - 2);
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.now() + 2);
  });

  it('name every listener, whichever transport and family it has', async () => {
    await using server = await startServer([':0', 'udp://:0', '[::1]:0', '--json'], { listeners: 3 });
    const [first, second, third] = server.ports;
    const endpoints = [`tcp://127.0.0.1:${first}`, `udp://127.0.0.1:${second}`, `tcp://[::1]:${third}`];
    expect(server.events()).toStrictEqual(endpoints.map((endpoint) => exactly('listening', { endpoint })));
    const client = await openClient(third ?? 0, '::1');
    const { socket } = await speak(second ?? 0, 'x');
    await server.event('open', { transport: 'udp' });
    await server.event('open', { transport: 'tcp' });
    socket.close();
    client.destroy();
  });

  it('show IPv6 in brackets', async () => {
    await using server = await startServer(['[::1]:0', '--json']);
    const client = await openClient(server.port, '::1');
    const open = await server.event('open');
    expect(open).toMatchObject({ peer: expect.stringMatching(/^\[::1\]:\d+$/), local: `[::1]:${server.port}` });
    expect(server.events()[0]).toMatchObject({ endpoint: `tcp://[::1]:${server.port}` });
    client.destroy();
  });

  it('name the end that reset a connection, and the errno', async () => {
    await using server = await startServer([':0', '--json']);
    const client = await openClient(server.port);
    await server.event('open');
    client.reset();
    const peer = client.local;
    expect(await server.event('close')).toStrictEqual(
      exactly('close', { ...silent, id: 1, peer, how: 'reset', error: 'ECONNRESET' }),
    );
  });

  it('count no byte as sent that the kernel refused', async () => {
    await using server = await startServer([':0', '--json']);
    const client = await openClient(server.port);
    await server.event('open');
    // Both the bytes and the RST are there before the server looks.
    await server.stop();
    await client.write('hello');
    client.reset();
    server.signal('SIGCONT');
    expect(await server.event('close')).toMatchObject({ how: 'reset', bytesOut: 0, writes: 0 });
  });

  it('include what a peer sent under eof even if its FIN never came', async () => {
    await using server = await startServer([':0', '--json', '--echo', 'eof', '--data', 'text', '--stats', '20ms']);
    const client = await openClient(server.port);
    await client.write('never sent back');
    await server.event('stats', { bytesIn: 15 });
    client.reset();
    await server.event('close');
    const bytes = server.events().filter(({ event }) => event === 'data');
    expect(bytes).toMatchObject([{ id: 1, data: 'never sent back' }]);
  });

  it('say that a connection was silent too long', async () => {
    await using server = await startServer([':0', '--json', '--idle-timeout', '100ms']);
    const client = await openClient(server.port);
    expect(await client.ended).toBe('FIN');
    expect(await server.event('half-close')).toStrictEqual(exactly('half-close', { id: 1, by: 'local' }));
    client.end();
    expect(await server.event('close')).toStrictEqual(
      exactly('close', { ...silent, id: 1, peer: client.local, how: 'idle' }),
    );
  });

  it('say that a connection held more than it may', async () => {
    await using server = await startServer([':0', '--json', '--echo', 'line', '--max-buffer', '10']);
    const client = await openClient(server.port);
    await client.write('eleven char');
    expect(await client.ended).toBe('RST');
    expect(await server.event('close')).toStrictEqual(
      exactly('close', { ...silent, id: 1, peer: client.local, bytesIn: 11, reads: 1, how: 'limit' }),
    );
  });

  it('say that all connections together held more than they may', async () => {
    await using server = await startServer([':0', '--json', '--echo', 'eof', '--max-memory', '1MiB']);
    const client = await openClient(server.port);
    const written = client.write(Buffer.alloc(4 << 20)).catch(() => undefined);
    expect(await client.ended).toBe('RST');
    await written;
    expect(await server.event('close')).toMatchObject({ how: 'limit', error: 'ENOMEM' });
    expect(await server.event('error')).toMatchObject({ stage: 'recv', code: 'ENOMEM' });
    expect((await server.event('error')).message).toContain('--max-memory');
  });

  it('say that the program ended a connection', async () => {
    await using server = await startServer([':0', '--json']);
    const client = await openClient(server.port);
    await server.event('open');
    server.signal('SIGTERM');
    await server.exited;
    expect(await client.ended).toBe('FIN');
    expect(server.events().at(-2)).toStrictEqual(
      exactly('close', { ...silent, id: 1, peer: client.local, how: 'shutdown' }),
    );
    client.destroy();
  });

  it('show a UDP peer from its first datagram until it expires', async () => {
    await using server = await startServer(['udp://:0', '--json', '--data', 'text', '--idle-timeout', '300ms']);
    const { socket, peer } = await speak(server.port, 'ping');
    await server.event('close');
    socket.close();
    const local = `127.0.0.1:${server.port}`;
    const counts = { bytesIn: 4, bytesOut: 4, reads: 1, writes: 1, seconds: expect.any(Number) };
    expect(server.events()).toStrictEqual([
      exactly('listening', { endpoint: `udp://${local}` }),
      exactly('open', { id: 1, transport: 'udp', peer, local }),
      exactly('data', { id: 1, data: 'ping' }),
      exactly('close', { id: 1, transport: 'udp', peer, ...counts, how: 'expired' }),
    ]);
  });

  it('name each peer that was refused, and why', async () => {
    await using closed = await startServer([':0', '--json', '--deny', '127.0.0.0/8']);
    const peer = expect.stringMatching(/^127\.0\.0\.1:\d+$/);
    expect(await isTurnedAway(closed.port)).toBe(true);
    expect(await closed.event('refused')).toStrictEqual(exactly('refused', { peer, why: 'denied' }));

    await using full = await startServer([':0', '--json', '--max-connections', '1']);
    const first = await openClient(full.port);
    await full.event('open');
    expect(await isTurnedAway(full.port)).toBe(true);
    expect(await full.event('refused')).toStrictEqual(exactly('refused', { peer, why: 'max-connections' }));
    first.destroy();
    await full.event('close');
    full.signal('SIGTERM');
    expect(await full.event('stopped')).toMatchObject({ open: 0, served: 1, refused: 1 });
  });

  it('give the totals at an interval', async () => {
    await using server = await startServer([':0', '--json', '--stats', '50ms']);
    expect(await server.event('stats')).toStrictEqual(
      exactly('stats', { open: 0, served: 0, refused: 0, bytesIn: 0, bytesOut: 0 }),
    );
    const client = await openClient(server.port);
    await client.write('twelve bytes');
    await client.receive(12);
    expect(await server.event('stats', { bytesOut: 12 })).toMatchObject({ open: 1, served: 1, bytesIn: 12 });
    client.destroy();
    await server.event('stats', { open: 0, served: 1 });
  });

  it('name what failed at the start, with status 1 and a line on stderr', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const address = blocker.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await using server = watch(spawnServer([`:${port}`, ':0', '--json']));
    expect(await server.exited).toEqual({ status: 1, signal: null });
    blocker.close();
    const endpoint = `tcp://127.0.0.1:${port}`;
    const message = expect.stringContaining('address already in use (EADDRINUSE)');
    expect(server.events()).toStrictEqual([exactly('error', { stage: 'bind', code: 'EADDRINUSE', message, endpoint })]);
    expect(server.stderr()).toMatch(/^echoscope: bind: 127\.0\.0\.1:\d+: address already in use \(EADDRINUSE\).*\n$/);
  });
});

describe('the limit of open files', () => {
  it('is an error event when it is reached, and the server goes on', async () => {
    await using server = await startServer([':0', '--json'], { openFiles: 64 });
    const clients = await Promise.all(Array.from({ length: 80 }, () => openClient(server.port)));
    const endpoint = `tcp://127.0.0.1:${server.port}`;
    const message = expect.stringMatching(
      /^accept: 127\.0\.0\.1:\d+: too many open files \(EMFILE\) — raise the limit/,
    );
    expect(await server.event('error')).toStrictEqual(
      exactly('error', { stage: 'accept', code: 'EMFILE', message, endpoint }),
    );
    for (const client of clients) client.destroy();
    await until(() => {
      const count = (kind: string) => server.events().filter(({ event }) => event === kind).length;
      return count('open') === count('close');
    }, 'every connection to close');
    const next = await openClient(server.port);
    await next.write('still here');
    await next.receive('still here');
    next.destroy();
    expect(server.stderr()).toBe('');
  });

  it('is told once when it is reached for a moment between two looks, and every connection is counted', async () => {
    await using server = await startServer([':0', '--json'], { openFiles: 64 });
    const clients = await Promise.all(Array.from({ length: 80 }, () => openClient(server.port)));
    expect(await server.event('refused')).toMatchObject({ why: 'descriptors' });
    for (const client of clients) client.destroy();
    const count = (kind: string) => server.events().filter(({ event }) => event === kind).length;
    await until(() => count('close') + count('refused') === 80, 'all 80 to have ended');
    server.signal('SIGTERM');
    expect(await server.event('stopped')).toMatchObject({ served: count('open'), refused: count('refused') });
    expect(server.events().filter(({ event }) => event === 'error')).toMatchObject([
      { stage: 'accept', code: 'EMFILE' },
    ]);
  });

  it('does not stop UDP', async () => {
    await using server = await startServer([':0', 'udp://:0', '--json'], { openFiles: 64, listeners: 2 });
    const clients = await Promise.all(Array.from({ length: 80 }, () => openClient(server.port)));
    await server.event('error', { stage: 'accept', code: 'EMFILE' });
    const socket = createSocket('udp4');
    socket.send('hello', server.ports[1] ?? 0, '127.0.0.1');
    const [answer] = await once(socket, 'message');
    expect(String(answer)).toBe('hello');
    socket.close();
    for (const client of clients) client.destroy();
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
  });
});

describe('the data of --data', () => {
  const sent = Buffer.from([0x00, 0x1b, 0xff, ...Buffer.from('안녕\r\n')]);

  it.each([
    ['text', '\\x00\\x1B\\xFF안녕\\r\\n'],
    ['hex', sent.toString('hex')],
    ['base64', sent.toString('base64')],
  ])('as %s', async (encoding, data) => {
    await using server = await startServer([':0', '--json', '--data', encoding]);
    const client = await openClient(server.port);
    await client.write(sent);
    await client.receive(sent.length);
    expect(await server.event('data')).toStrictEqual(exactly('data', { id: 1, data }));
    client.destroy();
  });

  it.each([
    ['JSON', ['--json']],
    ['text', []],
  ])('as text tells an escape from what looks like one (%s)', async (_, args) => {
    await using server = await startServer([':0', '--data', 'text', ...args]);
    const client = await openClient(server.port);
    const messages = ['a\\nb', 'a\nb', '\\x41', ' two  blanks '];
    for (const message of messages) {
      await client.write(message);
      await client.receive(messages.slice(0, messages.indexOf(message) + 1).join('').length);
    }
    client.end();
    await until(() => server.stdout().includes('close'), 'the end');
    const lines = server
      .stdout()
      .split('\n')
      .filter((line) => /\bdata\b/.test(line));
    const data = lines.map((line) => (args.length > 0 ? JSON.parse(line).data : line.slice(line.indexOf('#1') + 6)));
    expect(data).toEqual(['a\\\\nb', 'a\\nb', '\\\\x41', ' two  blanks ']);
    expect(data.map((text) => Buffer.from(unescapeText(text)).toString())).toEqual(messages);
  });

  it('none prints no data', async () => {
    await using server = await startServer([':0', '--json', '--data', 'none']);
    const client = await openClient(server.port);
    await client.write(sent);
    client.end();
    await server.event('close');
    expect(server.events().map(({ event }) => event)).not.toContain('data');
  });

  it('an empty datagram is one', async () => {
    await using server = await startServer(['udp://:0', '--json', '--data', 'text']);
    const { socket } = await speak(server.port, '');
    expect(await server.event('data')).toStrictEqual(exactly('data', { id: 1, data: '' }));
    socket.close();
  });

  it('a character that was cut in two is put together', async () => {
    await using server = await startServer([':0', '--json', '--data', 'text']);
    const client = await openClient(server.port);
    const bytes = Buffer.from('a녕b녕');
    for (let at = 0; at < bytes.length; at++) {
      await client.write(bytes.subarray(at, at + 1));
      await client.receive(at + 1);
    }
    await client.write(bytes.subarray(1, 2));
    client.end();
    await server.event('close');
    const data = server.events().flatMap(({ event, data }) => (event === 'data' ? [data] : []));
    expect(data).toEqual(['a', '녕', 'b', '녕', '\\xEB']);
  });

  it('under eof the whole message, once, when the peer half-closes', async () => {
    await using server = await startServer([':0', '--json', '--data', 'base64', '--echo', 'eof']);
    const client = await openClient(server.port);
    const message = Buffer.alloc(1_000_000, 'message ');
    await client.write(message);
    await server.event('open');
    expect(server.events().map(({ event }) => event)).toEqual(['listening', 'open']);
    client.end();
    await client.ended;
    await server.event('close');
    const data = server.events().flatMap((event) => (event.event === 'data' ? [String(event.data)] : []));
    expect(data.map((each) => Buffer.from(each, 'base64').equals(message))).toEqual([true]);
  });
});
