import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AcceptPriority } from '../../../src/wire/server/accept-priority.ts';
import { openClient } from '../../support/net/client.ts';
import { startWire } from '../../support/net/wire.ts';
import { until } from '../../support/wait.ts';

/** An accept priority with a clock, and those of `count` readers that may read. */
const start = (count: number) => {
  let now = 0;
  const priority = new AcceptPriority(() => now);
  const reading = new Set(Array.from({ length: count }, (_, n) => n));
  const readers = Array.from({ length: count }, (_, n) => ({ resume: () => void reading.add(n) }));
  return {
    priority,
    reading,
    pass: (ms: number) => {
      now += ms;
    },
    /** Every reader that may is read once. */
    serve: () => {
      for (const n of [...reading]) {
        const reader = readers[n];
        if (reader !== undefined && priority.served(reader)) reading.delete(n);
      }
    },
  };
};

describe('many new connections beside many busy ones', () => {
  it('pauses the busy ones while new ones come in turn after turn, and no longer', async () => {
    const { priority, reading, serve } = start(100);
    serve();
    priority.accepted();
    await turn();
    serve();
    expect(reading.size).toBe(100);
    priority.accepted();
    serve();
    expect(reading.size).toBe(0);
    for (let n = 0; n < 10; n++) {
      await turn();
      priority.accepted();
      serve();
      expect(reading.size).toBe(0);
    }
    await turn();
    await turn();
    expect(reading.size).toBe(100);
    serve();
    expect(reading.size).toBe(100);
  });

  it('pauses the busy ones for 50 ms at most, however many come', async () => {
    const { priority, reading, serve, pass } = start(100);
    serve();
    priority.accepted();
    await turn();
    serve();
    priority.accepted();
    serve();
    expect(reading.size).toBe(0);
    pass(50);
    await turn();
    expect(reading.size).toBe(100);
  });

  it('does not pause a few busy ones', async () => {
    const { priority, reading, serve } = start(10);
    for (let n = 0; n < 20; n++) {
      serve();
      priority.accepted();
      await turn();
    }
    expect(reading.size).toBe(10);
  });

  it('does not pause for a new one now and then', async () => {
    const { priority, reading, serve } = start(100);
    for (let n = 0; n < 10; n++) {
      serve();
      priority.accepted();
      for (let turns = 0; turns < 3; turns++) await turn();
    }
    expect(reading.size).toBe(100);
  });

  it('loses no byte of those who wait', async () => {
    await using wire = await startWire([{ transport: 'tcp', host: '127.0.0.1', port: 0 }], { maxConnections: 1000 });
    const busy = await Promise.all(Array.from({ length: 150 }, () => openClient(wire.port)));
    const bounce = Promise.all(
      busy.map(async (client, n) => {
        for (let i = 1; i <= 40; i++) {
          await client.write(Buffer.alloc(10, n));
          await client.receive(i * 10);
        }
        expect(client.received().every((byte) => byte === n % 256)).toBe(true);
        client.destroy();
      }),
    );
    const newcomers = Promise.all(
      Array.from({ length: 300 }, async () => {
        const client = await openClient(wire.port);
        await client.write('hello');
        await client.receive(5);
        client.destroy();
      }),
    );
    await Promise.all([bounce, newcomers]);
    await until(() => wire.reading().totals.open === 0, 'all to be closed');
    const bytes = 150 * 400 + 300 * 5;
    expect(wire.reading().totals).toMatchObject({ served: 450, bytesIn: bytes, bytesOut: bytes });
  });
});
