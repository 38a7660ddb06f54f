import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { clientLinks, createLedger } from '../../src/ledger/layout.ts';
import { LedgerWriter } from '../../src/ledger/writer.ts';
import { LinkLog } from '../../src/wire/link-log.ts';
import { UdpLink } from '../../src/wire/udp-link.ts';

it('waits for 10,000 answers at once, and sends what is beyond all the same', async () => {
  const peer = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void peer.close());
  await once(peer, 'listening');
  const { promise: connected, resolve } = Promise.withResolvers<string>();
  const { promise: gone, resolve: leave } = Promise.withResolvers<number>();
  const link = new UdpLink(
    { transport: 'udp', host: '127.0.0.1', port: peer.address().port },
    {
      connected: resolve,
      received: () => undefined,
      unanswered: () => undefined,
      ended: () => undefined,
      gone: (_, unanswered) => leave(unanswered),
    },
    new LinkLog(new LedgerWriter(createLedger(clientLinks + 1), clientLinks)),
  );
  await connected;
  // All in one turn of the event loop: none of them can be given up meanwhile.
  for (let id = 1; id <= 10_003; id++) expect(link.send(id, Buffer.from('?'))).toBe('sent');
  link.close();
  expect(await gone).toBe(10_000);
});
