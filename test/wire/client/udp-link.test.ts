import { createSocket, Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { clientLinks, createLedger } from '../../../src/memory/ledger/layout.ts';
import { LedgerWriter } from '../../../src/memory/ledger/writer.ts';
import { LinkLedger } from '../../../src/wire/client/link.ts';
import { UdpLink } from '../../../src/wire/client/udp-link.ts';
import { startRecording } from '../../support/recording.ts';

/** A link to a peer that never answers, and how many messages were not answered when it is gone. */
const openLink = async () => {
  const peer = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void peer.close());
  await once(peer, 'listening');
  const { promise: connected, resolve } = Promise.withResolvers<string>();
  const { promise: gone, resolve: leave } = Promise.withResolvers<number>();
  const link = new UdpLink(
    { transport: 'udp', host: '127.0.0.1', port: peer.address().port },
    'unknown',
    {
      connected: resolve,
      received: () => undefined,
      unanswered: () => undefined,
      deviated: () => undefined,
      ended: () => undefined,
      gone: (_, unanswered) => leave(unanswered),
    },
    new LinkLedger(new LedgerWriter(createLedger(clientLinks + 1), clientLinks), startRecording().recorder, 0),
  );
  await connected;
  return { link, gone };
};

it('waits for 10,000 answers at once, and sends what is beyond all the same', async () => {
  const { link, gone } = await openLink();
  // All in one turn of the event loop: none of them can be given up meanwhile.
  for (let id = 1; id <= 10_003; id++) expect(link.send(id, Buffer.from('?'))).toBe('sent');
  link.close();
  expect(await gone).toBe(10_000);
});

it('sends nothing more while over 4 MiB wait for the system', async () => {
  const { link, gone } = await openLink();
  // Loopback never makes a sender wait.
  const waiting = vi.spyOn(Socket.prototype, 'getSendQueueSize').mockReturnValue((4 << 20) + 1);
  onTestFinished(() => waiting.mockRestore());
  expect(link.send(1, Buffer.from('too much'))).toBe('full');
  waiting.mockReturnValue(4 << 20);
  expect(link.send(2, Buffer.from('the last'))).toBe('sent');
  link.close();
  expect(await gone).toBe(1);
});
