import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { openClient } from '../../support/net/client.ts';
import { requireProgram } from '../../support/program.ts';
import { until } from '../../support/wait.ts';
import { findPeers, type PeerName } from '../peers.ts';
import { type Server, startServer } from '../server.ts';
import { compile } from './compile.ts';

const reference = compile('echo');
const { peers } = findPeers(reference);

afterAll(() => reference.remove());

/** A server that others are measured against, until the end of the test. */
const start = async (name: PeerName, transport: 'tcp' | 'udp' = 'tcp'): Promise<Server> => {
  const command = peers.find((peer) => peer.name === name)?.[transport] ?? null;
  if (command === null) throw new Error(`there is no ${name} over ${transport}`);
  const server = await startServer(transport, command);
  onTestFinished(async () => await server[Symbol.asyncDispose]());
  return server;
};

const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const tests = (name: PeerName): void => {
  it('returns every value of a byte, in pieces of any size', async () => {
    const client = await openClient((await start(name)).port);
    const bytes = randomBytes(3_000_000);
    for (let from = 0, size = 1; from < bytes.length; from += size, size = Math.min(size * 3, 700_001)) {
      await client.write(bytes.subarray(from, from + size));
    }
    await client.receive(bytes.length);
    client.end();
    expect(await client.ended).toBe('FIN');
    expect(sumOf(client.received())).toBe(sumOf(bytes));
    client.destroy();
  });

  it('loses no reply of peers that half-close at once, and ends its side then', async () => {
    const { port } = await start(name);
    for (let batch = 0; batch < 20; batch += 1) {
      const clients = await Promise.all(Array.from({ length: 10 }, () => openClient(port)));
      for (const [n, client] of clients.entries()) {
        void client.write(`${batch}.${n}`);
        client.end();
      }
      expect(await Promise.all(clients.map(({ ended }) => ended))).toEqual(clients.map(() => 'FIN'));
      expect(clients.map((client) => client.received().toString())).toEqual(clients.map((_, n) => `${batch}.${n}`));
      for (const client of clients) client.destroy();
    }
  });

  it('stops reading from a peer that does not read, serves the others, and then sends all it owes', async () => {
    const { port } = await start(name);
    const pieces = Array.from({ length: 512 }, () => randomBytes(1 << 16));
    const slow = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void slow.destroy());
    slow.pause();
    let taken = 0;
    for (const piece of pieces) {
      slow.write(piece, () => {
        taken += piece.length;
      });
    }
    slow.end();
    let [before, looks] = [-1, 0];
    await until(() => {
      looks = taken > 0 && taken === before ? looks + 1 : 0;
      before = taken;
      return looks === 20;
    }, 'the kernel to take no more');
    expect(taken).toBeLessThan(pieces.length << 16);

    const other = await openClient(port);
    await other.write('meanwhile');
    await other.receive('meanwhile');
    other.destroy();

    const hash = createHash('sha256');
    let length = 0;
    for await (const chunk of slow) {
      hash.update(chunk);
      length += chunk.length;
    }
    expect(length).toBe(pieces.length << 16);
    expect(hash.digest('hex')).toBe(sumOf(Buffer.concat(pieces)));
  });

  it('survives peers that break off', async () => {
    const { port, child } = await start(name);
    for (let n = 0; n < 50; n += 1) {
      const client = await openClient(port);
      client.pause();
      void client.write(randomBytes(100_000)).catch(() => undefined);
      client.reset();
      await client.ended;
    }
    const last = await openClient(port);
    await last.write('still here');
    await last.receive('still here');
    last.destroy();
    expect(child.ending()).toBeNull();
  });
};

describe.runIf(requireProgram('cc'))('the echo in C', () => {
  tests('c');

  it('sends datagrams back', async () => {
    // It has answered one, or it would not count as started.
    expect((await start('c', 'udp')).child.ending()).toBeNull();
  });
});

describe('the echo on pipe', () => tests('node-pipe'));
describe('the echo on data', () => tests('node-data'));
