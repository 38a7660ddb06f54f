import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { Endpoint } from '../../../text/endpoint.ts';
import type { Fault } from '../../../text/fault.ts';
import { faultOf } from '../../../text/system-error.ts';
import { handshakePatienceMs } from './connection-opener.ts';

/**
 * The address behind an endpoint's name, so that no connection has to ask for it again. A name may have several: over TCP
 * it is the one that answers, which takes one connection more; over UDP nothing tells, and IPv4 comes first, where servers
 * listen by default.
 */
export const resolveTarget = async (endpoint: Endpoint): Promise<string | Fault> => {
  const { host, port, transport } = endpoint;
  if (isIP(host) !== 0) return host;
  try {
    if (transport === 'udp') return (await lookup(host, { order: 'ipv4first' })).address;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return faultOf(error, 'connect', endpoint);
  }
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      resolve(socket.remoteAddress ?? host);
      socket.destroy();
    });
    // The system would try for two minutes.
    const late = setTimeout(
      () => socket.destroy(Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' })),
      handshakePatienceMs,
    );
    socket.on('error', (error) => resolve(faultOf(error, 'connect', endpoint)));
    socket.on('close', () => clearTimeout(late));
  });
};
