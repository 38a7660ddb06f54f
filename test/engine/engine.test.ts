import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openClient } from '../support/client.ts';
import { until } from '../support/wait.ts';
import { startWire } from '../support/wire.ts';

/** Sends 'ping' to a port again and again for `ms`, and prints how many answers came and the longest wait in ms. */
const pinger = `
const [port, ms] = process.argv.slice(1).map(Number);
const socket = require('node:net').connect(port, '127.0.0.1');
let count = 0, longest = 0, at = performance.now(); const start = at;
const ping = () => { at = performance.now(); socket.write('ping'); };
socket.on('connect', ping);
socket.on('data', () => {
  count++; longest = Math.max(longest, performance.now() - at);
  if (performance.now() - start < ms) return ping();
  console.log(JSON.stringify({ count, longest })); socket.destroy();
});`;

describe('Engine', () => {
  it('goes on echoing while the main thread is blocked for 500 ms', async () => {
    await using wire = await startWire();
    const child = spawn(process.execPath, ['-e', pinger, String(wire.port), '1200'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    await wire.row((row) => row.reads > 10, 'has been read ten times');
    const before = wire.reading().totals.bytesIn;
    const free = performance.now() + 500;
    while (performance.now() < free);
    // The ledger is shared memory: it tells what went on meanwhile without a turn of this thread's event loop.
    const during = wire.reading().totals.bytesIn - before;
    expect(during).toBeGreaterThan(100 * 4);
    await once(child, 'close');
    const { count, longest } = JSON.parse(Buffer.concat(output).toString());
    expect(count).toBeGreaterThan(100);
    expect(longest).toBeLessThan(400);
  });

  it('lets what is owed arrive before it stops, and does not wait for the silent', async () => {
    const wire = await startWire();
    const silent = await openClient(wire.port);
    const slow = await openClient(wire.port);
    slow.pause();
    const data = Buffer.alloc(16 << 20, 's');
    const written = slow.write(data).catch(() => undefined);
    await wire.row((row) => row.stalled, 'is stalled', slow.local);
    const stopped = wire.engine.stop(5000);
    expect(await silent.ended).toBe('FIN');
    slow.resume();
    await stopped;
    await written;
    await slow.receive(data.length);
    expect(wire.reading().totals).toMatchObject({ open: 0, bytesIn: data.length, bytesOut: data.length });
    expect(wire.reading().rows.map((row) => row.how)).toEqual(['shutdown', 'shutdown']);
    silent.destroy();
    slow.destroy();
  });

  it('ends the unwilling when its grace is over', async () => {
    const wire = await startWire();
    const deaf = await openClient(wire.port);
    deaf.pause();
    void deaf.write(Buffer.alloc(32 << 20)).catch(() => undefined);
    await wire.row((row) => row.stalled, 'is stalled');
    const from = performance.now();
    await wire.engine.stop(200);
    const took = performance.now() - from;
    expect(took).toBeGreaterThan(190);
    // Well before the moment at which a worker that does not answer is ended.
    expect(took).toBeLessThan(900);
    expect(wire.reading().rows[0]).toMatchObject({ state: 'CLOSED', how: 'shutdown' });
    deaf.destroy();
  });

  it('accepts nothing more while it stops', async () => {
    const wire = await startWire();
    await wire.engine.stop(0);
    await expect(openClient(wire.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('tells when its worker dies, and keeps the last counters', async () => {
    const wire = await startWire();
    const client = await openClient(wire.port);
    await client.write('x');
    await client.receive(1);
    await wire.row((row) => row.bytesOut === 1, 'has answered');
    // A command of a shape that no code sends makes the worker throw.
    wire.engine.tellClient({ type: 'connect', endpoint: { transport: 'tcp', host: '127.0.0.1', port: 70_000 } });
    await until(() => wire.crashes.length === 1, 'the crash to be told');
    expect(wire.crashes[0]?.message).toMatch(/port/i);
    expect(wire.reading().totals).toMatchObject({ bytesIn: 1, bytesOut: 1 });
    client.destroy();
  });
});
