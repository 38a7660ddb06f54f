import { isIPv4, isIPv6 } from 'node:net';
import { printable } from './printable.ts';

/**
 * The host of a connection whose peer had reset it before it was accepted: the system has no address any more, and Node does not
 * ask accept(2) for it.
 */
export const unknownHost = 'unknown';

/**
 * An IPv4-mapped IPv6 address as IPv4 (RFC 4291, 2.5.5.2): so the system names the IPv4 peers of an IPv6 listener. On the
 * wire, and to the peer itself, it is the IPv4 address.
 */
export const unmapped = (host: string): string => host.replace(/^::ffff:(?=\d+\.)/i, '');

const bracketed = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** One end of a connection: `127.0.0.1:8080`, `[::1]:8080`; `unknown`, without a port. */
export const hostPort = (host: string, port: number): string =>
  host === unknownHost ? host : bracketed(unmapped(host), port);

/** The transports, as schemes name them. The ledger keeps the place of one in this list. */
export const transportNames = ['tcp', 'udp'] as const;
export type Transport = (typeof transportNames)[number];

/** A stream has an end in each direction (FIN); a datagram is a message by itself, and has no connection. */
export type Carries = 'stream' | 'datagrams';

/**
 * What the rest of the program must know of a transport. A new one is added to the list above, and the compiler names each
 * place that has to decide something for it, this table first.
 */
export const transports: Readonly<Record<Transport, TransportFacts>> = {
  tcp: { carries: 'stream', netcatFlags: [] },
  udp: { carries: 'datagrams', netcatFlags: ['-u'] },
};

interface TransportFacts {
  readonly carries: Carries;
  /** The flags with which nc and ncat speak it. */
  readonly netcatFlags: readonly string[];
}

/** A stream knows half-close, RST and backpressure; datagrams know none of them. */
export const isStream = (transport: Transport): boolean => transports[transport].carries === 'stream';

const defaultTransport: Transport = 'tcp';

/** Where a socket listens or connects to. `host` is a name or an address without brackets. */
export interface Endpoint {
  readonly transport: Transport;
  readonly host: string;
  /** 0 to 65535; 0 means any free port. */
  readonly port: number;
}

/** Text that names no endpoint. The message is one line that names the text and says what to write. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';

  constructor(text: string, advice: string) {
    super(`endpoint "${printable(text)}": ${advice}`);
  }
}

const defaultHost = '127.0.0.1';
const highestPort = 65535;
const schemes = transportNames.map((name) => `${name}://`);
const form = `write [${schemes.join('|')}][host]:port, such as 127.0.0.1:8080`;

/** Letters of any script: the resolver decides which names exist. None, or one at least. */
const hostName = /^(?:[\p{M}._-]*[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*)?$/u;

/**
 * Reads `[tcp://|udp://][host]:port`, `:port` or `port`. The defaults are TCP and 127.0.0.1. IPv6 is in brackets, with a
 * zone where it needs one: `[fe80::1%eth0]:8080`. Throws an EndpointError.
 */
export function parseEndpoint(text: string): Endpoint {
  if (text === '') throw new EndpointError(text, `is empty; ${form}`);
  if (/\s/.test(text)) throw new EndpointError(text, `has a space in it; ${form}`);

  const [, scheme = defaultTransport, rest = ''] = /^(?:(.*?):\/\/)?(.*)$/.exec(text) ?? [];
  const transport = transportNames.find((name) => name === scheme.toLowerCase());
  if (transport === undefined)
    throw new EndpointError(text, `unknown scheme "${printable(scheme)}"; use ${schemes.join(' or ')}`);

  if (/^\d+$/.test(rest)) return { transport, host: defaultHost, port: parsePort(text, rest) };
  if (rest.startsWith('[')) {
    const [, host = '', tail = ''] = /^\[([^\]]*)\](.*)$/.exec(rest) ?? [];
    if (!isIPv6(host)) throw new EndpointError(text, 'no IPv6 address in the brackets; write it as [::1]:8080');
    if (!tail.startsWith(':')) throw new EndpointError(text, 'no port; write it after the brackets: [::1]:8080');
    return { transport, host, port: parsePort(text, tail.slice(1)) };
  }
  const [host = '', port, ...more] = rest.split(':');
  if (more.length > 0) throw new EndpointError(text, 'put IPv6 in brackets: [::1]:8080');
  if (!hostName.test(host)) throw new EndpointError(text, `"${printable(host)}" is not a host; ${form}`);
  if (port === undefined)
    throw new EndpointError(text, `no port; write it after the host: ${host || defaultHost}:8080`);
  return { transport, host: host || defaultHost, port: parsePort(text, port) };
}

/** Every address of the machine: zeros alone, `0.0.0.0`, `::`, `0:0:0:0:0:0:0:0`. */
const isAny = (host: string): boolean => /^(?:[0.]+|[0:]+)$/.test(host);

/**
 * The address by which a client on this machine reaches `host`: loopback where `host` means every address, that of IPv4
 * where `peer`, which has reached it, is an IPv4 address.
 */
export const reachableHost = (host: string, peer = host): string => {
  const plain = unmapped(host);
  if (!isAny(plain)) return plain;
  return plain.includes(':') && !isIPv4(unmapped(peer)) ? '::1' : '127.0.0.1';
};

function parsePort(text: string, digits: string): number {
  if (!/^\d+$/.test(digits)) {
    throw new EndpointError(
      text,
      `"${printable(digits)}" is not a port; name one from 0 to ${highestPort}, such as :8080`,
    );
  }
  const port = Number(digits);
  if (port > highestPort) {
    throw new EndpointError(text, `port ${digits} is above ${highestPort}; name a lower one, such as :8080`);
  }
  return port;
}

/** `tcp://127.0.0.1:8080`, `udp://[::1]:8080`. `parseEndpoint` reads it back. */
export function formatEndpoint(endpoint: Endpoint): string {
  return `${endpoint.transport}://${bracketed(endpoint.host, endpoint.port)}`;
}

/** An endpoint in a message: without its scheme where that is the default, `127.0.0.1:8080`. */
export const shortEndpoint = (endpoint: Endpoint): string =>
  endpoint.transport === defaultTransport ? bracketed(endpoint.host, endpoint.port) : formatEndpoint(endpoint);

/** The address family of a host; that of a name is unknown until it is looked up. */
const familyOf = (host: string): string => (isIPv4(host) ? 'AF_INET' : isIPv6(host) ? 'AF_INET6' : 'AF_UNSPEC');

/** The calls that open a listener, as a C program makes them (socket(7)): `socket(AF_INET, SOCK_STREAM) ─ bind(…) ─ …`. */
export const listenCalls = ({ transport, host, port }: Endpoint, backlog: number): string => {
  const bound = `socket(${familyOf(host)}, ${isStream(transport) ? 'SOCK_STREAM' : 'SOCK_DGRAM'}) ─ bind(${bracketed(host, port)})`;
  return isStream(transport) ? `${bound} ─ listen(${backlog})` : bound;
};
