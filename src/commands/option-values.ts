import { isIP } from 'node:net';
import { type Endpoint, EndpointError, formatEndpoint, parseEndpoint } from '../text/endpoint.ts';
import { parseSize, parseTime, QuantityError } from '../text/quantity.ts';
import { Mistake } from './yargs-guards.ts';

/** Readers of option values. Each takes what yargs gives and throws a Mistake that names the option. */

/** yargs gives an array where an option came twice. */
const single = (name: string, value: unknown): string => {
  if (Array.isArray(value)) throw new Mistake(`--${name} was given ${value.length} times; give it once`);
  return String(value);
};

/** One of a few words. `shown` is what a mistake calls it. */
export const readChoice =
  <Choice extends string>(name: string, choices: readonly Choice[], shown = `--${name}`) =>
  (value: unknown): Choice => {
    const text = single(name, value);
    const known = choices.find((choice) => choice === text);
    if (known === undefined) throw new Mistake(`${shown} ${text} is not known; use ${choices.join(', ')}`);
    return known;
  };

const readQuantity =
  (name: string, parseQuantity: (text: string) => number) =>
  (value: unknown): number => {
    try {
      return parseQuantity(single(name, value));
    } catch (error) {
      throw error instanceof QuantityError ? new Mistake(`--${name}: ${error.message}`) : error;
    }
  };

/** Bytes. */
export const readSize = (name: string) => readQuantity(name, parseSize);

/** Milliseconds. */
export const readTime = (name: string) => readQuantity(name, parseTime);

/** Milliseconds, at least one. */
export const readTimeAboveZero =
  (name: string) =>
  (value: unknown): number => {
    const ms = readTime(name)(value);
    if (ms === 0) throw new Mistake(`--${name} takes a time above zero, such as 1s`);
    return ms;
  };

/** Milliseconds, at least one; null where the option was not given. */
export const readOptionalTime =
  (name: string) =>
  (value: unknown): number | null =>
    value === undefined ? null : readTimeAboveZero(name)(value);

/** Networks as CIDR or single addresses, checked here so that the wire need not. */
export const readNetworks =
  (name: string) =>
  (value: unknown): string[] => {
    const networks = [value ?? []].flat().map(String);
    for (const network of networks) {
      const [address = '', prefix, ...rest] = network.split('/');
      const family = isIP(address);
      // A zone says where an address is valid, not whose it is; the system would let the same one in elsewhere.
      if (address.includes('%'))
        throw new Mistake(`--${name}: '${network}' has a zone; write it without, ${network.replace(/%[^/]*/, '')}`);
      const bits = prefix === undefined ? 0 : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
      if (family === 0 || rest.length > 0 || bits > (family === 4 ? 32 : 128))
        throw new Mistake(`--${name}: '${network}' is no network; write 192.168.0.0/16, fd00::/8 or one address`);
    }
    return networks;
  };

/** A whole number from 1 to `most`. */
export const readCount =
  (name: string, most: number) =>
  (value: unknown): number => {
    const text = single(name, value);
    const number = /^\d+$/.test(text) ? Number(text) : 0;
    if (number >= 1 && number <= most) return number;
    throw new Mistake(`--${name} takes a whole number from 1 to ${most}, not '${text}'`);
  };

/** Where to listen: each endpoint once. */
export const readEndpoints = (texts: readonly string[]): Endpoint[] => {
  const seen = new Set<string>();
  return texts.map((text) => {
    const endpoint = parseEndpoint(text);
    const name = formatEndpoint(endpoint);
    if (endpoint.port !== 0 && seen.has(name)) throw new Mistake(`${name} was given twice; give each endpoint once`);
    seen.add(name);
    return endpoint;
  });
};

/** Where to connect to: an endpoint with a port. */
export const readTarget = (value: unknown): Endpoint => {
  const text = single('to', value);
  try {
    const endpoint = parseEndpoint(text);
    if (endpoint.port !== 0) return endpoint;
  } catch (error) {
    throw error instanceof EndpointError ? new Mistake(`--to: ${error.message}`) : error;
  }
  throw new Mistake(`--to ${text}: nothing can listen on port 0; name the port of the server`);
};
