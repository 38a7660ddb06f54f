import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { until } from '../wait.ts';

/** A bare UDP client outside the program. */
export interface UdpClient {
  readonly received: readonly Buffer[];
  /** Its own end as the program shows it, `host:port`. */
  readonly local: string;
  send(bytes: Uint8Array | string): Promise<void>;
  /** Waits until so many datagrams have come in all. */
  receive(count: number): Promise<void>;
  close(): void;
}

/** A client of a port, connected to it; bound where `own` says, which another socket may be too. */
export const openUdp = async (
  port: number,
  host = '127.0.0.1',
  own?: { readonly address: string; readonly port: number },
): Promise<UdpClient> => {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', reuseAddr: own !== undefined });
  const received: Buffer[] = [];
  socket.on('message', (bytes) => received.push(bytes));
  socket.on('error', () => undefined);
  if (own !== undefined) {
    socket.bind(own.port, own.address);
    await once(socket, 'listening');
  }
  socket.connect(port, host);
  await once(socket, 'connect');
  const { address, port: ownPort } = socket.address();
  return {
    received,
    local: address.includes(':') ? `[${address}]:${ownPort}` : `${address}:${ownPort}`,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        socket.send(bytes, (error) => (error === null ? resolve() : reject(error)));
      }),
    receive: (count) => until(() => received.length >= count, `${count} datagrams`),
    close: () => socket.close(),
  };
};
