import { spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openClient } from '../support/net/client.ts';
import { startWire } from '../support/net/wire.ts';
import { patienceMs, until } from '../support/wait.ts';

/** Sends 'ping' to a port, and again after each answer. */
const pinger = `
const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1');
socket.on('connect', () => socket.write('ping')).on('data', () => socket.write('ping')).on('error', () => process.exit());`;

describe('Engine', () => {
  it('goes on echoing while the main thread is blocked', async () => {
    await using wire = await startWire();
    const child = spawn(process.execPath, ['-e', pinger, String(wire.port)], { stdio: 'inherit' });
    onTestFinished(() => void child.kill());
    await wire.row((row) => row.reads > 10, 'has been read ten times');
    const echoes = 100;
    const wanted = wire.reading().totals.bytesOut + echoes * 4;
    // The ledger is shared memory: it tells what goes on without a turn of this thread's event loop.
    const deadline = performance.now() + patienceMs;
    while (wire.reading().totals.bytesOut < wanted && performance.now() < deadline);
    expect(wire.reading().totals.bytesOut).toBeGreaterThanOrEqual(wanted);
  });

  it('sends what it owes before it stops, and does not wait for a silent peer', async () => {
    const wire = await startWire(undefined, { discipline: 'line' });
    const silent = await openClient(wire.port);
    const slow = await openClient(wire.port);
    slow.pause();
    // Under `line` all of it is read, and owed from its newline on: no pause of a busy machine makes the peer an idle one.
    const data = Buffer.from(`${'s'.repeat((8 << 20) - 1)}\n`);
    await slow.write(data);
    await wire.row((row) => row.bytesIn === data.length, 'is read', slow.local);
    const stopped = wire.engine.stop(patienceMs);
    expect(await silent.ended).toBe('FIN');
    slow.resume();
    await stopped;
    await slow.receive(data.length);
    expect(wire.reading().totals).toMatchObject({ open: 0, bytesIn: data.length, bytesOut: data.length });
    expect(wire.reading().rows.map((row) => row.how)).toEqual(['shutdown', 'shutdown']);
    silent.destroy();
    slow.destroy();
  });

  it('ends a peer that does not read when the grace period is over', async () => {
    const wire = await startWire();
    const deaf = await openClient(wire.port);
    deaf.pause();
    void deaf.write(Buffer.alloc(32 << 20)).catch(() => undefined);
    await wire.row((row) => row.stalled, 'is stalled');
    const from = performance.now();
    await wire.engine.stop(200);
    const took = performance.now() - from;
    expect(took).toBeGreaterThan(190);
    // The worker has ended them itself: one that does not answer is ended from outside, and its rows stay as they are.
    expect(wire.reading().rows[0]).toMatchObject({ state: 'CLOSED', how: 'shutdown' });
    deaf.destroy();
  });

  it('accepts nothing more while it stops', async () => {
    const wire = await startWire();
    await wire.engine.stop(0);
    await expect(openClient(wire.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('reports that its worker died, and keeps the last counters', async () => {
    const wire = await startWire();
    const client = await openClient(wire.port);
    await client.write('x');
    await client.receive(1);
    await wire.row((row) => row.bytesOut === 1, 'has answered');
    // A command of a shape that no code sends makes the worker throw.
    wire.engine.tellClient(JSON.parse('{"type":"connect"}'));
    await until(() => wire.crashes.length === 1, 'the crash to be told');
    expect(wire.crashes[0]?.message).toMatch(/undefined/);
    expect(wire.reading().totals).toMatchObject({ bytesIn: 1, bytesOut: 1 });
    client.destroy();
  });
});
