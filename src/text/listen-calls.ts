import { isIPv4, isIPv6 } from 'node:net';
import { type Endpoint, hostPort, transports } from './endpoint.ts';

/** The address family of a host; that of a name is unknown until it is looked up. */
const familyOf = (host: string): string => (isIPv4(host) ? 'AF_INET' : isIPv6(host) ? 'AF_INET6' : 'AF_UNSPEC');

/** The calls that open a listener, as a C program makes them (socket(7)): `socket(AF_INET, SOCK_STREAM) ─ bind(…) ─ …`. */
export const listenCalls = ({ transport, host, port }: Endpoint, backlog: number): string => {
  const isStream = transports[transport].carries === 'stream';
  const bound = `socket(${familyOf(host)}, ${isStream ? 'SOCK_STREAM' : 'SOCK_DGRAM'}) ─ bind(${hostPort(host, port)})`;
  return isStream ? `${bound} ─ listen(${backlog})` : bound;
};
