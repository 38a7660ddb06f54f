import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Transport } from '../../src/text/endpoint.ts';

/** Where a server of someone else is to listen. */
export interface Place {
  readonly transport: Transport;
  readonly host: string;
}

/** A port that is free now, for a program that does not tell which one it has when given 0. Another may take it before. */
export async function freePort({ transport, host }: Place): Promise<number> {
  if (transport === 'udp') {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    return port;
  }
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return address.port;
}
