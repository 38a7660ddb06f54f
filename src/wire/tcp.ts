import { createServer, type Socket } from 'node:net';
import type { Endpoint, Fault } from '../engine/protocol.ts';
import { faultOf, listenStage } from './fault.ts';

/** A socket that takes connections, or datagrams. */
export interface Listener {
  /** With the real port. */
  readonly endpoint: Endpoint;
  close(): void;
}

export interface ListenOptions {
  /** Length of the queue of connections not yet accepted, listen(2). */
  readonly backlog: number;
  /** An IPv6 listener on every address also takes IPv4 peers (RFC 3493, 5.3), unless this is set. */
  readonly ipv6Only: boolean;
  readonly onFault: (fault: Fault) => void;
}

/** Opens a TCP listener. Rejects with a Fault. */
export const listenTcp = (
  endpoint: Endpoint,
  { backlog, ipv6Only, onFault }: ListenOptions,
  onSocket: (socket: Socket) => void,
): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, onSocket);
    server.once('error', (error) => reject(faultOf(error, listenStage(error), endpoint)));
    server.listen({ host: endpoint.host, port: endpoint.port, backlog, ipv6Only, exclusive: true }, () => {
      server.removeAllListeners('error');
      // EMFILE and the like: this connection is lost, the listener goes on.
      server.on('error', (error) => onFault(faultOf(error, 'accept', endpoint)));
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : endpoint.port;
      resolve({ endpoint: { ...endpoint, port }, close: () => server.close() });
    });
  });
