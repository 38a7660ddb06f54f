import type { LookupOneOptions } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Endpoint, Transport } from '../text/endpoint.ts';
import { faultOf } from '../text/fault.ts';

/**
 * A client of TCP takes the first address that the system gives. One of UDP takes an IPv4 one where there is one: without a
 * connection nothing shows which address is served, and servers listen on 127.0.0.1 by default.
 */
const lookupOptions: Readonly<Record<Transport, LookupOneOptions>> = { tcp: {}, udp: { order: 'ipv4first' } };

/** The address that a client takes of an endpoint whose host may be a name. Rejects with a Fault of `connect`. */
export const resolveAddress = async (endpoint: Endpoint): Promise<string> => {
  if (isIP(endpoint.host) !== 0) return endpoint.host;
  const { address } = await lookup(endpoint.host, lookupOptions[endpoint.transport]).catch((error: Error) => {
    throw faultOf(error, 'connect', endpoint);
  });
  return address;
};

/**
 * Every address of an endpoint's host, in the order in which the system gives them: one to listen on, each. Rejects with a
 * Fault of `bind`.
 */
export const resolveAddresses = async (endpoint: Endpoint): Promise<readonly string[]> => {
  if (isIP(endpoint.host) !== 0) return [endpoint.host];
  const found = await lookup(endpoint.host, { all: true }).catch((error: Error) => {
    throw faultOf(error, 'bind', endpoint);
  });
  return [...new Set(found.map(({ address }) => address))];
};
