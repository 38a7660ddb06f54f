import { createSocket, type RemoteInfo, type SocketOptions, type Socket as UdpSocket } from 'node:dgram';
import { createServer, isIP } from 'node:net';
import type { Endpoint } from '../../text/endpoint.ts';
import { type Fault, faultOf, listenStage } from '../../text/fault.ts';
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
  /** The address to bind: that of the endpoint's host, or one of them. */
  readonly address: string;
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
    const server = createServer({ allowHalfOpen: true }, (socket) =>
      onStream(new PlainStream(socket, endpoint.transport)),
    );
    server.once('error', (error) => reject(faultOf(error, listenStage(error), endpoint)));
    server.listen({ host: address, port: endpoint.port, backlog, ipv6Only, reusePort, exclusive: true }, () => {
      server.removeAllListeners('error');
      if (rawStreams) acceptRaw(server, endpoint.transport, onStream);
      const bound = server.address();
      const port = bound !== null && typeof bound === 'object' ? bound.port : endpoint.port;
      const real = { ...endpoint, port };
      // EMFILE and the like.
      server.on('error', (error) => onFault(faultOf(error, 'accept', real)));
      resolve({ endpoint: real, address, close: () => server.close() });
    });
  });

/**
 * Receive buffer asked for, bytes: SO_RCVBUF, socket(7). Of a burst of 5,000 datagrams of 100 bytes, which the kernel counts
 * as 3.8 MB, the default lost nine in ten (measured). Linux gives net.core.rmem_max at most, and takes memory only for what
 * waits.
 */
const receiveBufferBytes = 4 << 20;

const enlargeReceiveBuffer = (socket: UdpSocket): void => {
  try {
    socket.setRecvBufferSize(receiveBufferBytes);
  } catch {
    // Some systems give none in place of less: the default stays.
  }
};

/** Opens a UDP socket. Rejects with a Fault. */
export const listenUdp = (
  endpoint: Endpoint,
  { address, ipv6Only, reusePort }: ListenOptions,
  { onDatagram, onFault }: ListenerEvents,
): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const [type, family] = isIP(address) === 6 ? (['udp6', 6] as const) : (['udp4', 4] as const);
    // Only addresses come here. Node's own lookup would delay each answer to a later turn of the event loop.
    const lookup: SocketOptions['lookup'] = (name, _options, found) => found(null, name, family);
    const socket = createSocket({ type, ipv6Only, reusePort, lookup });
    socket.once('error', (error) => {
      socket.close();
      reject(faultOf(error, 'bind', endpoint));
    });
    socket.bind({ address, port: endpoint.port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      enlargeReceiveBuffer(socket);
      const real = { ...endpoint, port: socket.address().port };
      socket.on('error', (error) => onFault(faultOf(error, 'recv', real)));
      socket.on('message', (bytes, from) => onDatagram(bytes, from, socket, real));
      resolve({ endpoint: real, address, close: () => socket.close() });
    });
  });
