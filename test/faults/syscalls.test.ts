import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServer } from '../commands/serve/server.ts';
import { stateHome } from '../e2e/program.ts';
import { openClient } from '../support/net/client.ts';
import { failing, requireFailing, tracing } from '../support/syscalls.ts';
import { until } from '../support/wait.ts';

/** The calls that send datagrams: libuv takes the second for several at once. */
const sending = 'sendmsg,sendmmsg';

/** A client that has talked to the server. */
const talk = async (port: number, words: string) => {
  const client = await openClient(port);
  await client.write(words);
  await client.receive(words);
  return client;
};

describe.runIf(requireFailing())('TCP_NODELAY of a connection', () => {
  it.each([
    ['is set by default', [], '1'],
    ['is not set with --nodelay off', ['--nodelay', 'off'], '0'],
  ])('%s', async (_, options, value) => {
    const file = join(stateHome(), 'calls');
    await using server = await startServer([':0', ...options], { within: tracing('setsockopt', file) });
    const client = await talk(server.port, 'hello');
    const values = () =>
      [...readFileSync(file, 'utf8').matchAll(/setsockopt\(\d+, SOL_TCP, TCP_NODELAY, \[(\d)\]/g)].map(([, on]) => on);
    await expect.poll(values).toEqual([value]);
    client.destroy();
  });
});

describe.runIf(requireFailing())('a system call that fails', () => {
  it('ENFILE: no file is left in the whole system: reported once, and connections are accepted again when there is room', async () => {
    // The first accept and the first socket, that of the listener, are as always.
    const within = failing(
      { call: 'accept4', errno: 'ENFILE', when: '2..12' },
      { call: 'socket', errno: 'ENFILE', when: '2..4' },
    );
    await using server = await startServer([':0', '--json', '--idle-timeout', '5s'], { within });
    const first = await talk(server.port, 'before');
    const late = openClient(server.port);
    await server.event('error', { stage: 'accept', code: 'ENFILE' });
    expect(await server.event('error')).toMatchObject({
      endpoint: `tcp://127.0.0.1:${server.port}`,
      message: expect.stringMatching(
        /^accept: .*too many open files in the whole system \(ENFILE\) — close other programs/,
      ),
    });
    await first.write('still here');
    await first.receive('beforestill here');
    await until(async () => {
      const client = await talk(server.port, 'anyone?').catch(() => null);
      client?.destroy();
      return client !== null;
    }, 'a newcomer to be served');
    expect(server.events().filter(({ event }) => event === 'error')).toHaveLength(1);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    (await late.catch(() => null))?.destroy();
    first.destroy();
  });

  it('ENOBUFS: the answers wait for room, none is lost or sent twice', async () => {
    const within = failing({ call: sending, errno: 'ENOBUFS', when: '1..20' });
    await using server = await startServer(['udp://:0', '--json'], { within });
    const socket = createSocket('udp4');
    const got: string[] = [];
    socket.on('message', (bytes) => got.push(bytes.toString()));
    socket.connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    const sent = Array.from({ length: 50 }, (_, n) => `datagram ${n}`);
    for (const message of sent) socket.send(message);
    await until(() => got.length === sent.length, 'every answer');
    expect(got).toEqual(sent);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    const bytes = sent.join('').length;
    expect(await server.event('close')).toMatchObject({ reads: 50, writes: 50, bytesIn: bytes, bytesOut: bytes });
    expect(server.stderr()).toBe('');
    socket.close();
  });

  it('EPERM: an answer that a firewall stops is reported, and not counted as sent', async () => {
    const within = failing({ call: sending, errno: 'EPERM', when: '1..1' });
    await using server = await startServer(['udp://:0', '--json'], { within });
    const socket = createSocket('udp4');
    socket.connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.send('stopped');
    await server.event('error', { stage: 'send', code: 'EPERM', endpoint: `udp://127.0.0.1:${server.port}` });
    socket.send('let through');
    const [answer] = await once(socket, 'message');
    expect(String(answer)).toBe('let through');
    server.signal('SIGTERM');
    await server.exited;
    expect(await server.event('close')).toMatchObject({ reads: 2, writes: 1, bytesIn: 18, bytesOut: 11 });
    socket.close();
  });
});
