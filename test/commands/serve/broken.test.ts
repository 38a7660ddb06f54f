import { spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openNetwork, requireNetworks } from '../../support/net/network.ts';
import { until } from '../../support/wait.ts';
import { source, watch } from './server.ts';

/** A peer that sends and never reads. */
const deaf = "require('node:net').connect(Number(process.argv[1]), '127.0.0.1').pause().write(Buffer.alloc(16 << 20));";

describe.runIf(requireNetworks())('a connection whose line is cut', () => {
  it('closes with how: error and the name of the errno', async () => {
    const network = await openNetwork();
    // A packet that is not answered is sent once more, and no oftener: the kernel gives up within a second (tcp(7)).
    network.run('echo 1 > /proc/sys/net/ipv4/tcp_retries2');
    const start = (...words: readonly string[]) => {
      const [command = '', ...args] = [...network.inside, process.execPath, ...words];
      const child = spawn(command, args);
      onTestFinished(() => void child.kill());
      return child;
    };
    const server = watch(start(source, 'serve', '9191', '--json', '--stats', '50ms'));
    await server.event('listening');
    start('-e', deaf, '9191');
    // For a while, and not between a read and its echo: the peer takes no more.
    const owing = () => {
      const [before, last] = server.events().slice(-2);
      return Number(last?.bytesIn) > Number(last?.bytesOut) && last?.bytesIn === before?.bytesIn;
    };
    await until(owing, 'bytes that it owes');
    network.run('ip link set lo down');
    const close = await server.event('close');
    expect(close).toMatchObject({ transport: 'tcp', how: 'error', error: 'ETIMEDOUT' });
    expect(Number(close.bytesIn)).toBeGreaterThan(Number(close.bytesOut));
  });
});
