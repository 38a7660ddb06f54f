import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { clientLinks, createLedger } from '../../../src/memory/ledger/layout.ts';
import { LedgerWriter } from '../../../src/memory/ledger/writer.ts';
import { LinkLedger } from '../../../src/wire/client/link.ts';
import { TcpLink } from '../../../src/wire/client/tcp-link.ts';
import { startRecording } from '../../support/recording.ts';
import { until } from '../../support/wait.ts';

it('tells 10,000 answers apart at once, takes those beyond for one stretch of bytes, and counts all of them', async () => {
  const { promise: accepted, resolve: accept } = Promise.withResolvers<Socket>();
  const server = createServer((socket) => accept(socket.on('data', () => undefined))).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const { promise: connected, resolve: connect } = Promise.withResolvers<string>();
  const { promise: gone, resolve: leave } = Promise.withResolvers<number>();
  const answered: (number | null)[] = [];
  let stray = 0;
  const link = new TcpLink(
    { transport: 'tcp', host: '127.0.0.1', port },
    'due',
    {
      connected: connect,
      received: ({ id, piece, roundTripMs }) => {
        if (roundTripMs !== null) answered.push(id);
        if (id === null) stray += piece.length;
      },
      unanswered: () => undefined,
      deviated: () => undefined,
      ended: () => undefined,
      gone: (_, unanswered) => leave(unanswered),
    },
    new LinkLedger(new LedgerWriter(createLedger(clientLinks + 1), clientLinks), startRecording().recorder, 0),
  );
  await connected;
  const peer = await accepted;
  const send = (from: number, to: number): void => {
    const became = new Set<string>();
    for (let id = from; id <= to; id++) became.add(link.send(id, Buffer.from('ab')));
    expect([...became]).toEqual(['sent']);
  };
  send(1, 10_003);
  peer.write(Buffer.alloc(2 * 10_000 + 5));
  await until(() => stray === 5, 'the answers');
  expect(answered).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
  // The stretch goes on to its end, and what was sent behind it is told apart again.
  send(10_004, 10_005);
  peer.write(Buffer.alloc(1 + 2));
  await until(() => answered.length > 10_000, 'one more answer');
  expect(answered.at(-1)).toBe(10_004);
  send(10_006, 30_000);
  peer.resetAndDestroy();
  expect(await gone).toBe(30_000 - 10_004);
});
