import { createServer } from 'node:net';
import type { Endpoint } from '../../text/endpoint.ts';
import type { Fault } from '../../text/fault.ts';
import { faultOf, listenStage } from '../../text/system-error.ts';
import { PlainStream } from './plain-stream.ts';
import { acceptRaw } from './raw-accept.ts';
import type { Stream } from './stream.ts';

/** A socket that takes connections, or datagrams. */
export interface Listener {
  /** With the real port. */
  readonly endpoint: Endpoint;
  /** Where it is bound; the host of the endpoint may be a name. */
  readonly address: string;
  close(): void;
}

export interface ListenOptions {
  /** The address of the endpoint's host, where it was looked up already. */
  readonly address: string | null;
  /** Length of the queue of connections not yet accepted, listen(2). */
  readonly backlog: number;
  /** An IPv6 listener on every address also takes IPv4 peers (RFC 3493, 5.3), unless this is set. */
  readonly ipv6Only: boolean;
  /** Lets other sockets of this user that say so too be bound to the port: SO_REUSEPORT, socket(7). */
  readonly reusePort: boolean;
  /** Whether connections are raw streams (see transport/raw-stream.ts), where this Node allows it. */
  readonly rawStreams: boolean;
  readonly onFault: (fault: Fault) => void;
}

/** Opens a TCP listener. Rejects with a Fault. */
export const listenTcp = (
  endpoint: Endpoint,
  { address, backlog, ipv6Only, reusePort, rawStreams, onFault }: ListenOptions,
  onStream: (stream: Stream) => void,
): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => onStream(new PlainStream(socket)));
    server.once('error', (error) => reject(faultOf(error, listenStage(error), endpoint)));
    const host = address ?? endpoint.host;
    server.listen({ host, port: endpoint.port, backlog, ipv6Only, reusePort, exclusive: true }, () => {
      server.removeAllListeners('error');
      if (rawStreams) acceptRaw(server, onStream);
      const bound = server.address();
      const port = bound !== null && typeof bound === 'object' ? bound.port : endpoint.port;
      const real = { ...endpoint, port };
      // EMFILE and the like: this connection is lost, the listener goes on.
      server.on('error', (error) => onFault(faultOf(error, 'accept', real)));
      resolve({ endpoint: real, address: host, close: () => server.close() });
    });
  });
