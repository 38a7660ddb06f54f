import type { LookupOneOptions } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Endpoint, Transport } from '../text/endpoint.ts';
import { faultOf, type Stage } from '../text/fault.ts';

/**
 * TCP takes the first address that the system gives, as Node's listeners do. UDP takes an IPv4 one where there is one:
 * without a connection nothing shows which address is served, and servers listen on 127.0.0.1 by default.
 */
const lookupOptions: Readonly<Record<Transport, LookupOneOptions>> = { tcp: {}, udp: { order: 'ipv4first' } };

/** The address of an endpoint whose host may be a name. Rejects with a Fault of `stage`. */
export const resolveAddress = async (endpoint: Endpoint, stage: Stage = 'bind'): Promise<string> => {
  if (isIP(endpoint.host) !== 0) return endpoint.host;
  const { address } = await lookup(endpoint.host, lookupOptions[endpoint.transport]).catch((error: Error) => {
    throw faultOf(error, stage, endpoint);
  });
  return address;
};
