import { createSocket } from 'node:dgram';
import { expect, it, onTestFinished } from 'vitest';
import { openClient } from '../../support/net/client.ts';
import { until } from '../../support/wait.ts';
import { startServer } from './server.ts';

/** Has every answer over UDP fail. */
const unanswering = (): string => {
  const code = `import { Socket } from 'node:dgram';
    const error = Object.assign(new Error('send ENOBUFS'), { code: 'ENOBUFS', syscall: 'send' });
    Socket.prototype.send = (_bytes, _port, _host, sent) => sent(error);`;
  return `--import data:text/javascript,${encodeURIComponent(code)}`;
};

it('keeps a hundred errors for a reader that is slow, and prints further ones on stderr', async () => {
  const sockets = 130;
  await using server = await startServer(
    [':0', ...Array<string>(sockets).fill('udp://:0'), '--json', '--data', 'hex'],
    {
      listeners: 1 + sockets,
      env: { NODE_OPTIONS: unanswering() },
    },
  );
  // Nobody reads, and what is to be written is more than a pipe holds.
  server.pause();
  const talker = await openClient(server.port);
  await talker.write(Buffer.alloc(1 << 20));
  await talker.receive(1 << 20);
  // The same fault on each socket: a kind of its own.
  const peer = createSocket('udp4');
  onTestFinished(() => void peer.close());
  for (const port of server.ports.slice(1)) peer.send('x', port, '127.0.0.1');
  const lines = () => server.stderr().match(/ENOBUFS/g)?.length ?? 0;
  await until(() => lines() >= sockets - 100, 'the faults beyond');
  expect(server.events().some(({ event }) => event === 'error')).toBe(false);

  server.resume();
  const errors = () => server.events().filter(({ event, code }) => event === 'error' && code === 'ENOBUFS').length;
  await until(() => errors() >= 100, 'the faults that waited');
  server.signal('SIGTERM');
  expect(await server.exited).toEqual({ status: 0, signal: null });
  expect([errors(), lines()]).toEqual([100, sockets - 100]);
  talker.destroy();
});
