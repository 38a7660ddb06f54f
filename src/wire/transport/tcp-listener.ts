import type { RemoteInfo, Socket as UdpSocket } from 'node:dgram';
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
  /** The bound address; the host of the endpoint may be a name. */
  readonly address: string;
  close(): void;
}

export interface ListenOptions {
  /** The address of the endpoint's host, where it was looked up before. */
  readonly address: string | null;
  /** Length of the queue of connections not yet accepted, listen(2). */
  readonly backlog: number;
  /** An IPv6 listener on every address also takes IPv4 peers (RFC 3493, 5.3), unless this is set. */
  readonly ipv6Only: boolean;
  /** Lets sockets of this user that set it too bind the same port: SO_REUSEPORT, socket(7). */
  readonly reusePort: boolean;
  /** Whether connections are raw streams (see raw-stream.ts), where this Node allows it. */
  readonly rawStreams: boolean;
}

export interface ListenerEvents {
  readonly onStream: (stream: Stream) => void;
  /** `endpoint` is that of the listener. The bytes belong to whoever takes them. */
  readonly onDatagram: (bytes: Buffer, from: RemoteInfo, socket: UdpSocket, endpoint: Endpoint) => void;
  /** A connection or a datagram was lost; the listener goes on. */
  readonly onFault: (fault: Fault) => void;
}

/** Opens a TCP listener. Rejects with a Fault. */
export const listenTcp = (
  endpoint: Endpoint,
  { address, backlog, ipv6Only, reusePort, rawStreams }: ListenOptions,
  { onStream, onFault }: ListenerEvents,
): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      onStream(new PlainStream(socket, endpoint.transport)),
    );
    server.once('error', (error) => reject(faultOf(error, listenStage(error), endpoint)));
    const host = address ?? endpoint.host;
    server.listen({ host, port: endpoint.port, backlog, ipv6Only, reusePort, exclusive: true }, () => {
      server.removeAllListeners('error');
      if (rawStreams) acceptRaw(server, onStream);
      const bound = server.address();
      const port = bound !== null && typeof bound === 'object' ? bound.port : endpoint.port;
      const real = { ...endpoint, port };
      // EMFILE and the like.
      server.on('error', (error) => onFault(faultOf(error, 'accept', real)));
      resolve({ endpoint: real, address: host, close: () => server.close() });
    });
  });
