import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { openClient } from '../../support/net/client.ts';
import { openTerminal } from '../../support/terminal/pty.ts';
import { until } from '../../support/wait.ts';
import { type Line, type Server, source, startServer } from './server.ts';

const sum = (lines: readonly Line[], field: string): number =>
  lines.reduce((total, line) => total + Number(line[field]), 0);

/** The most memory that a process ever had, bytes: VmHWM of proc_pid_status(5). */
const mostMemory = ({ pid }: Server): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

describe('stdout', () => {
  it('is complete with 200 clients at once: every line parses, and the sums are what the clients sent and got', async () => {
    await using server = await startServer([':0', '--json', '--data', 'base64', '--stats', '20ms']);
    const payloads = Array.from({ length: 200 }, () => randomBytes(randomInt(1, 50_000)));
    const clients = await Promise.all(
      payloads.map(async (payload) => {
        const client = await openClient(server.port);
        const middle = randomInt(payload.length);
        await client.write(payload.subarray(0, middle));
        await client.write(payload.subarray(middle));
        client.end();
        expect(await client.ended).toBe('FIN');
        return { local: client.local, payload, got: client.received() };
      }),
    );
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    const events = server.events();
    const of = (kind: string): Line[] => events.filter(({ event }) => event === kind);
    const closes = of('close');
    const bytes = payloads.reduce((total, { length }) => total + length, 0);
    expect(new Set(closes.map(({ id }) => id)).size).toBe(200);
    expect(sum(closes, 'bytesIn')).toBe(bytes);
    expect(sum(closes, 'bytesOut')).toBe(bytes);
    expect(of('open')).toHaveLength(200);
    expect(of('half-close')).toHaveLength(400);
    expect(events.at(-1)).toMatchObject({ event: 'stopped', open: 0, served: 200, bytesIn: bytes, bytesOut: bytes });
    const data = Map.groupBy(of('data'), ({ id }) => id);
    for (const { local, payload, got } of clients) {
      const close = closes.find(({ peer }) => peer === local);
      expect(close).toMatchObject({ how: 'fin', bytesIn: payload.length, bytesOut: payload.length });
      expect(got.equals(payload)).toBe(true);
      const told = (data.get(close?.id) ?? []).map((line) => Buffer.from(String(line.data), 'base64'));
      expect(Buffer.concat(told).equals(payload)).toBe(true);
    }
    expect(server.stderr()).toBe('');
  });

  it('does not slow the echo or take memory when nobody reads it; what is left out of its data is counted', async () => {
    await using server = await startServer([':0', '--json', '--data', 'hex']);
    const before = mostMemory(server);
    server.pause();
    const bytes = 256 << 20;
    const megabyte = randomBytes(1 << 20);
    const socket = connect(server.port, '127.0.0.1');
    const flood = Readable.from(Array.from({ length: bytes / megabyte.length }, () => megabyte));
    let received = 0;
    await Promise.all([
      pipeline(flood, socket, { end: true }),
      once(
        socket.on('data', (chunk) => (received += chunk.length)),
        'end',
      ),
    ]);
    expect(received).toBe(bytes);
    server.resume();
    expect(await server.event('close')).toMatchObject({ bytesIn: bytes, bytesOut: bytes, how: 'fin' });
    expect(mostMemory(server) - before).toBeLessThan(192 << 20);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ status: 0, signal: null });
    const events = server.events();
    const kinds = events.flatMap(({ event }) => (event === 'data' ? [] : [event]));
    expect(kinds).toEqual(['listening', 'open', 'half-close', 'half-close', 'close', 'stopped']);
    const told = events.reduce((sum, { event, data }) => sum + (event === 'data' ? String(data).length / 2 : 0), 0);
    const counts = server
      .stderr()
      .matchAll(/^echoscope: the output was read too slowly: ([\d,]+) B of data are left out$/gm);
    const leftOut = [...counts].reduce((total, [, count = '']) => total + Number(count.replaceAll(',', '')), 0);
    expect(leftOut).toBeGreaterThan(0);
    expect(told + leftOut).toBe(bytes);
  });
});

describe('the lines without --json', () => {
  const hostile = Buffer.from('\x1b]0;title\x07\x1b[2J\r\n\tb\u202eidi\0\x9b31m안녕 👩‍👩‍👧\u200b', 'utf8');

  it('show one event each, in columns', async () => {
    await using server = await startServer([':0', '--data', 'text', '--stats', '50ms']);
    const client = await openClient(server.port);
    await client.write('hello, world');
    await client.receive(12);
    client.end();
    await client.ended;
    await until(() => / 1 served, 0 refused/.test(server.stdout()), 'the totals');
    server.signal('SIGTERM');
    await server.exited;
    const at = (text: string) => expect.stringMatching(new RegExp(String.raw`^\d\d:\d\d:\d\d\.\d{3}  ${text}$`));
    const lines = server.stdout().split('\n');
    const peer = client.local;
    expect(lines.filter((line) => !line.includes('  stats ')).slice(0, -1)).toEqual([
      at(`listening   tcp://127.0.0.1:${server.port}`),
      at(`open        #1    ${peer}  +tcp to 127.0.0.1:${server.port}`),
      at('data        #1    hello, world'),
      at('half-close  #1    by peer'),
      at('half-close  #1    by local'),
      at(String.raw`close       #1    ${peer}  +fin       12 B in, 12 B out, 1 read, 1 write, \d+\.\d{3} s`),
      at('stopped     0 open, 1 served, 0 refused, 12 B in, 12 B out'),
    ]);
    expect(lines.some((line) => line.includes('  stats       '))).toBe(true);
    expect(server.stderr()).toBe('');
  });

  it('hold no control characters whatever a peer sends', async () => {
    await using server = await startServer([':0', '--data', 'text']);
    const client = await openClient(server.port);
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await client.write(Buffer.concat([hostile, everyByte, randomBytes(100_000)]));
    client.end();
    await client.ended;
    await until(() => /\bclose\b.*\n/.test(server.stdout()), 'the close');
    const lines = server.stdout().slice(0, -1).split('\n');
    // The non-joiner is ours: random bytes now and then have an Indic letter that would join the one behind it.
    expect(lines.filter((line) => /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?!\u200C)\p{Cf}/u.test(line))).toEqual([]);
    expect(lines.filter((line) => !/^\d\d:\d\d:\d\d\.\d{3} {2}(?:[a-z-]+) /.test(line))).toEqual([]);
    expect(lines.join()).toContain('안녕');
  });

  it('look the same on a terminal, and Ctrl-C ends with stopped', async () => {
    const args = [source, 'serve', ':0', '--data', 'text'];
    const terminal = openTerminal({ command: process.execPath, args, columns: 120 });
    await terminal.until(/listening {3}tcp:\/\/127\.0\.0\.1:\d+/);
    const client = await openClient(Number(/:(\d+)$/m.exec(terminal.text())?.[1]));
    await client.write(hostile);
    await client.receive(hostile.length);
    await terminal.until('안녕');
    await terminal.press('ctrl-c');
    expect(await terminal.exited).toEqual({ status: 0, signal: null });
    expect(terminal.raw()).not.toContain('\x1b');
    expect(terminal.text()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}stopped {5}0 open, 1 served/m);
    client.destroy();
  });
});
