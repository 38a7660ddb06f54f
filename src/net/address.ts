import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Endpoint } from '../text/endpoint.ts';
import { faultOf } from '../text/fault.ts';

/**
 * The address that a client of UDP takes of an endpoint whose host may be a name: an IPv4 one where there is one. Without a
 * connection nothing shows which address is served, and servers listen on 127.0.0.1 by default. Rejects with a Fault of
 * `connect`.
 */
export const resolveAddress = async (endpoint: Endpoint): Promise<string> => {
  if (isIP(endpoint.host) !== 0) return endpoint.host;
  const { address } = await lookup(endpoint.host, { order: 'ipv4first' }).catch((error: Error) => {
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
