import type { Endpoint } from '../text/endpoint.ts';

/** Addresses that mean every interface: nobody connects to them. */
const everyInterface: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

/** The arguments with which netcat reaches the first listener: `127.0.0.1 8080`, `-u ::1 8080`. Null without one. */
export const netcatArguments = (endpoints: readonly Endpoint[]): string | null => {
  const endpoint = endpoints.at(0);
  if (endpoint === undefined) return null;
  const host = everyInterface.has(endpoint.host) ? (endpoint.host === '::' ? '::1' : '127.0.0.1') : endpoint.host;
  return `${endpoint.transport === 'udp' ? '-u ' : ''}${host} ${endpoint.port}`;
};
