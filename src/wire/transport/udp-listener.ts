import { createSocket, type SocketOptions } from 'node:dgram';
import { isIP } from 'node:net';
import { resolveAddress } from '../../net/address.ts';
import type { Endpoint } from '../../text/endpoint.ts';
import { faultOf } from '../../text/system-error.ts';
import type { Listener, ListenerEvents, ListenOptions } from './tcp-listener.ts';

/** Opens a UDP socket. Rejects with a Fault. */
export const listenUdp = async (
  endpoint: Endpoint,
  { address, ipv6Only, reusePort }: ListenOptions,
  { onDatagram, onFault }: ListenerEvents,
): Promise<Listener> => {
  // A UDP socket has one family from the start; that of a name is known only after a look-up.
  const host = address ?? (await resolveAddress(endpoint));
  return new Promise((resolve, reject) => {
    const [type, family] = isIP(host) === 6 ? (['udp6', 6] as const) : (['udp4', 4] as const);
    // Only addresses come here. Node's own lookup would delay each answer to a later turn of the event loop.
    const lookup: SocketOptions['lookup'] = (name, _options, found) => found(null, name, family);
    const socket = createSocket({ type, ipv6Only, reusePort, lookup });
    socket.once('error', (error) => {
      socket.close();
      reject(faultOf(error, 'bind', endpoint));
    });
    socket.bind({ address: host, port: endpoint.port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      const real = { ...endpoint, port: socket.address().port };
      socket.on('error', (error) => onFault(faultOf(error, 'recv', real)));
      socket.on('message', (bytes, from) => onDatagram(bytes, from, socket, real));
      resolve({ endpoint: real, address: host, close: () => socket.close() });
    });
  });
};
