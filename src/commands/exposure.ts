import { promises as dns } from 'node:dns';
import { BlockList } from 'node:net';
import { type Endpoint, formatEndpoint } from '../text/endpoint.ts';
import { printable } from '../text/printable.ts';

/** A warning that names the endpoints which other machines can reach, in one line; null for none. */
export const exposureWarning = (endpoints: readonly Endpoint[], allow: readonly string[]): string | null => {
  if (endpoints.length === 0) return null;
  const places = endpoints.map(formatEndpoint).join(', ');
  const who = allow.length === 0 ? '--allow and --deny say who is let in' : `let in: ${allow.join(', ')}`;
  return printable(`open to other machines: ${places}; ${who}`);
};

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Those of the endpoints that other machines can reach: on any address but loopback (RFC 1122, 3.2.1.3; RFC 4291,
 * 2.5.3). A host name is exposed if any of its addresses is, or if the lookup fails.
 */
export const exposedEndpoints = async (endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> => {
  const isOpen = await Promise.all(endpoints.map(isReachable));
  return endpoints.filter((_, index) => isOpen[index]);
};

const isReachable = async ({ host }: Endpoint): Promise<boolean> => {
  try {
    const addresses = await dns.lookup(host, { all: true });
    return addresses.some(({ address, family }) => !loopback.check(address, family === 6 ? 'ipv6' : 'ipv4'));
  } catch {
    return true;
  }
};
