import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Endpoint } from '../text/endpoint.ts';
import type { Stage } from '../text/fault.ts';
import { faultOf } from '../text/system-error.ts';

/**
 * The address of an endpoint whose host may be a name. For TCP it is the first that the system gives, as Node's own
 * listeners take it. For UDP it is an IPv4 one where there is one: without a connection nothing shows which address is
 * served, and servers of one machine listen on 127.0.0.1 by default. Rejects with a Fault of `stage`.
 */
export const resolveAddress = async (endpoint: Endpoint, stage: Stage = 'bind'): Promise<string> => {
  if (isIP(endpoint.host) !== 0) return endpoint.host;
  const options = endpoint.transport === 'udp' ? ({ order: 'ipv4first' } as const) : {};
  const { address } = await lookup(endpoint.host, options).catch((error: Error) => {
    throw faultOf(error, stage, endpoint);
  });
  return address;
};
