import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dropsIn } from '../../src/engine/dropped-datagrams.ts';
import { startServer } from '../commands/serve/server.ts';
import { until } from '../support/wait.ts';

const head =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n';
const row = (local: string, drops: number) =>
  `11363: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 12817125 2 00000000992403ba ${drops}      \n`;

// The kernel writes addresses in the order of the machine's bytes; nobody runs these tests on a big-endian one.
describe('datagrams that the kernel dropped', () => {
  it('are those of the sockets of one address and port, of all threads', () => {
    const table = `${head}${row('0100007F:B79A', 7)}${row('0100007F:B79B', 100)}${row('0100007F:B79A', 2)}${row('0200007F:B79A', 100)}`;
    expect(dropsIn(table, '127.0.0.1', 0xb79a)).toBe(9);
    expect(dropsIn(table, '127.0.0.1', 1)).toBe(0);
  });

  it('are found for IPv6 as well', () => {
    const table = `${head}${row('00000000000000000000000001000000:0007', 3)}${row('00000000000000000000000000000000:0007', 4)}${row('000080FE000000005A0C0042ADFB5A98:0007', 5)}`;
    expect(dropsIn(table, '::1', 7)).toBe(3);
    expect(dropsIn(table, '0:0:0:0:0:0:0:1', 7), 'as a user may write it').toBe(3);
    expect(dropsIn(table, '::', 7)).toBe(4);
    expect(dropsIn(table, 'fe80::4200:c5a:985a:fbad%eth0', 7)).toBe(5);
  });
});

describe.runIf(process.platform === 'linux')('a burst that is more than the receive buffer holds', () => {
  it('is told: how many datagrams the kernel dropped, each once, and the rest comes back', async () => {
    await using server = await startServer(['udp://:0', '--json']);
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    await server.stop();
    const count = 20_000;
    const word = Buffer.alloc(1000, 'x');
    for (let sent = 0; sent < count; sent++) await new Promise((resolve) => socket.send(word, resolve));
    server.signal('SIGCONT');
    const error = await server.event('error');
    expect(error).toMatchObject({ stage: 'recv', code: 'ENOBUFS', endpoint: `udp://127.0.0.1:${server.port}` });
    expect(error.message).toMatch(/the kernel dropped [\d,]+ datagrams: its receive buffer was full/);
    server.signal('SIGTERM');
    await until(() => server.events().at(-1)?.event === 'stopped', 'the end');
    const events = server.events();
    const dropped = events.reduce((sum, event) => sum + Number(event.dropped ?? 0), 0);
    expect(events.find(({ event }) => event === 'close')).toMatchObject({ reads: count - dropped });
  });
});
