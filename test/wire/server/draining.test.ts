import { describe, expect, it, onTestFinished } from 'vitest';
import type { WireEvent, WireOptions } from '../../../src/engine/protocol.ts';
import { createLedger } from '../../../src/memory/ledger/layout.ts';
import { LedgerReader } from '../../../src/memory/ledger/reader.ts';
import { createSharedCounters, SharedCounters } from '../../../src/memory/ledger/shared-counters.ts';
import { LedgerWriter } from '../../../src/memory/ledger/writer.ts';
import { EchoServer } from '../../../src/wire/server/server.ts';
import { serverDefaults } from '../../support/net/server-options.ts';
import { openUdp } from '../../support/net/udp.ts';
import { startWire } from '../../support/net/wire.ts';
import { startRecording } from '../../support/recording.ts';
import { until } from '../../support/wait.ts';

const udp = (port = 0) => ({ transport: 'udp', host: '127.0.0.1', port }) as const;

/** The server of the first of two threads, listening; the other one is what the test says of it. */
const startServer = async () => {
  const words = createSharedCounters({ threads: 2 });
  const sharedCounters = new SharedCounters(words);
  const ledger = createLedger(10);
  const events: WireEvent[] = [];
  const post = (event: WireEvent): void => void events.push(event);
  const { recorder, memory } = startRecording();
  const shared = {
    ledger,
    recorder: memory,
    firstClientSlot: 10,
    sharedCounters: words,
    clientLedger: null,
    thread: 0,
  } satisfies Partial<WireOptions>;
  const server = new EchoServer(
    { ...serverDefaults, ...shared, threads: 2, recent: 5, maxDescriptors: null, rawStreams: true },
    { ledger: new LedgerWriter(ledger, 5, undefined, sharedCounters), sharedCounters, recorder, post },
  );
  await server.listen([udp()], { type: 'first' });
  const [event] = events;
  if (event?.type !== 'listening') throw new Error('it does not listen');
  return { server, sharedCounters, port: event.endpoints[0]?.port ?? 0, reader: new LedgerReader(ledger) };
};

const open = async (port: number) => {
  const peer = await openUdp(port);
  onTestFinished(() => peer.close());
  return peer;
};

describe('one of two threads', () => {
  it('gives no UDP peer a row before both listen: its datagrams may go to the other thread', async () => {
    const { server, sharedCounters, port, reader } = await startServer();
    const peer = await open(port);
    await peer.send('early');
    // It lies in the socket by now; two turns of the event loop read it.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    sharedCounters.markListening();
    await until(async () => {
      await peer.send('in time');
      return peer.received.length > 0;
    }, 'an answer');
    expect(peer.received[0]?.toString()).toBe('in time');
    expect(reader.read().totals.served).toBe(1);
    sharedCounters.markDrained();
    await server.stop(0);
  });

  it('keeps its UDP socket until the other one has finished as well, and accepts no new peer', async () => {
    const { server, sharedCounters, port, reader } = await startServer();
    sharedCounters.markListening();
    let isOver = false;
    const stopped = server.stop(5000).then(() => {
      isOver = true;
    });
    const late = await open(port);
    await late.send('too late');
    await expect(startWire([udp(port)])).rejects.toMatchObject({ fault: { code: 'EADDRINUSE' } });
    expect(isOver).toBe(false);
    sharedCounters.markDrained();
    await stopped;
    expect(reader.read().totals.served).toBe(0);
    await using next = await startWire([udp(port)]);
    expect(next.port).toBe(port);
  });

  it('does not wait for the other one beyond its grace', async () => {
    const { server } = await startServer();
    const from = performance.now();
    await server.stop(100);
    expect(performance.now() - from).toBeGreaterThan(95);
  });
});
