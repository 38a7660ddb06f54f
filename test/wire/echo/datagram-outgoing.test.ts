import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { DatagramOutgoing } from '../../../src/wire/echo/outgoing.ts';
import { until } from '../../support/wait.ts';

const bind = async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  return socket;
};

const open = async () => {
  const [socket, peer] = [await bind(), await bind()];
  const received: string[] = [];
  peer.on('message', (bytes) => received.push(bytes.toString()));
  const counted: number[] = [];
  const { address, port } = peer.address();
  const to = { address, port, family: 'IPv4', size: 0 } as const;
  const errors: Error[] = [];
  const outgoing = new DatagramOutgoing(
    socket,
    to,
    { hasRoom: true, add: () => undefined },
    ({ length }) => counted.push(length),
    (error) => errors.push(error),
  );
  return { outgoing, received, counted, errors };
};

it('sends each datagram whole, and a copy of borrowed bytes, which the next read overwrites', async () => {
  const { outgoing, received, counted } = await open();
  const memory = Buffer.from('borrowed');
  outgoing.take(memory, 'borrowed');
  memory.fill('x');
  outgoing.take(new Uint8Array(0), 'owned');
  outgoing.take(Buffer.from('owned'), 'owned');
  await until(() => received.length === 3, 'the datagrams');
  expect(received).toEqual(['borrowed', '', 'owned']);
  expect([counted, outgoing.handed]).toEqual([[8, 0, 5], 13]);
});

it('counts nothing once it is closed: another peer may have the slot by then', async () => {
  const { outgoing, received, counted, errors } = await open();
  outgoing.take(Buffer.from('last'), 'owned');
  outgoing.close();
  outgoing.take(Buffer.from('late'), 'owned');
  await until(() => received.length === 1, 'the datagram');
  expect([received, counted, errors, outgoing.handed]).toEqual([['last'], [], [], 4]);
});
