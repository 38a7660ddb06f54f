import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../commands/serve/server.ts';
import { builtProgram } from '../e2e/program.ts';
import { openClient } from '../support/net/client.ts';
import { openTerminal } from '../support/terminal/pty.ts';
import { until } from '../support/wait.ts';
import { corpus } from './corpus.ts';
import { breachesOf } from './stream.ts';

const program = builtProgram();

/** As a terminal would get it. */
const onTerminal = (text: string) => text.replaceAll('\n', '\r\n');

/** Sends the whole corpus to a port, over a connection for each attack. Resolves when all of it was taken. */
const attackTcp = async (port: number) => {
  for (const { bytes } of corpus) {
    const client = await openClient(port);
    await client.write(bytes);
    client.end();
    expect(await client.ended).toBe('FIN');
    client.destroy();
  }
};

const attackUdp = async (port: number) => {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  for (const { bytes } of corpus) {
    if (bytes.length > 60_000) continue;
    socket.send(bytes, port, '127.0.0.1');
    await once(socket, 'message');
  }
};

describe('serve --data text', () => {
  it.each([['chunk'], ['line'], ['eof']])('prints nothing but text (echo %s)', async (echo) => {
    const args = [':0', 'udp://127.0.0.1:0', '--data', 'text', '--echo', echo];
    await using server = await startServer(args, { program, listeners: 2 });
    const [tcp = 0, udp = 0] = server.ports;
    await attackTcp(tcp);
    await attackUdp(udp);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.stdout()).toContain('\\x1B]52;c;');
    expect(breachesOf(onTerminal(server.stdout()))).toEqual([]);
    expect(breachesOf(onTerminal(server.stderr()))).toEqual([]);
  });

  it('nor does its JSON', async () => {
    await using server = await startServer([':0', '--data', 'text', '--json'], { program });
    await attackTcp(server.port);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.events().filter(({ event }) => event === 'close')).toHaveLength(corpus.length);
    expect(breachesOf(onTerminal(server.stdout()))).toEqual([]);
  });

  it.each([
    ['text', []],
    ['JSON', ['--json']],
  ])('is ASCII on a terminal whose locale is no UTF-8: %s', async (_, more) => {
    const terminal = openTerminal({
      command: process.execPath,
      args: [program, 'serve', ':0', '--data', 'text', ...more],
      env: { LC_ALL: 'en_US.ISO-8859-1' },
      columns: 200,
    });
    onTestFinished(() => terminal.close());
    const port = () => Number(/127\.0\.0\.1:(\d+)/u.exec(terminal.raw())?.[1] ?? 0);
    await until(() => port() > 0, 'the server to listen');
    await attackTcp(port());
    terminal.signal('SIGTERM');
    expect(await terminal.exited).toEqual({ status: 0, signal: null });
    expect(terminal.raw()).toContain('stopped');
    expect(breachesOf(terminal.raw(), { ascii: true })).toEqual([]);
  });
});
