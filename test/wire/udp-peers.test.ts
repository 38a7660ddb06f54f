import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import type { Ends } from '../../src/ledger/writer.ts';
import { UdpPeers } from '../../src/wire/udp-peers.ts';

it('a datagram from port 0 wants no answer and gets no row', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const entered: Ends[] = [];
  const peers = new UdpPeers({
    enter: (ends) => {
      entered.push(ends);
      return null;
    },
    surroundings: () => expect.fail('nobody was let in'),
    joined: () => expect.fail('nobody was let in'),
    onFault: () => expect.fail('nothing was sent'),
    listeners: () => [],
  });
  const endpoint = { transport: 'udp', host: '127.0.0.1', port: socket.address().port } as const;
  const from = { address: '127.0.0.1', family: 'IPv4', size: 2 } as const;
  peers.receive(Buffer.from('hi'), { ...from, port: 0 }, socket, endpoint);
  expect(entered).toEqual([]);
  peers.receive(Buffer.from('hi'), { ...from, port: 9 }, socket, endpoint);
  expect(entered).toMatchObject([{ peerPort: 9 }]);
  socket.close();
});
