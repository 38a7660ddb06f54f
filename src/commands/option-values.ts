import { isIP } from 'node:net';
import { totalmem } from 'node:os';
import { type Endpoint, EndpointError, formatEndpoint, parseEndpoint } from '../text/endpoint.ts';
import { printable } from '../text/printable.ts';
import { parseSize, parseTime, QuantityError } from '../text/quantity.ts';
import { UsageError } from './usage-error.ts';

/** Readers of option values. Each takes what yargs gives, and throws a UsageError that calls the option `shown`. */
type Reader<Value> = (given: unknown, shown: string) => Value;

/** yargs gives an array where an option came twice. */
const single: Reader<string> = (given, shown) => {
  if (Array.isArray(given)) throw new UsageError(`${shown} was given ${given.length} times; give it once`);
  return String(given);
};

/** A flag may come twice. */
export const readFlag: Reader<boolean> = (given) => [given].flat().includes(true);

/** One of a few words. */
export const readChoice =
  <Choice extends string>(choices: readonly Choice[]): Reader<Choice> =>
  (given, shown) => {
    const text = single(given, shown);
    const known = choices.find((choice) => choice === text);
    if (known === undefined)
      throw new UsageError(`${shown} "${printable(text)}" is not known; use ${choices.join(', ')}`);
    return known;
  };

/** The words of an option that is on or off. */
export const switchWords = ['on', 'off'] as const;

export const readSwitch: Reader<boolean> = (given, shown) => readChoice(switchWords)(given, shown) === 'on';

const readQuantity =
  (parseQuantity: (text: string) => number): Reader<number> =>
  (given, shown) => {
    try {
      return parseQuantity(single(given, shown));
    } catch (error) {
      throw error instanceof QuantityError ? new UsageError(`${shown}: ${error.message}`) : error;
    }
  };

/** Bytes. */
export const readSize = readQuantity(parseSize);

/** What one read brings, for each of a few connections: with less, an echo over a slow network would be cut off. */
const leastMemory = 2 ** 20;

/** Memory of this machine, or of the control group that we run in (cgroups(7)), bytes. */
const machineMemory = (): number => {
  // 0, or more than there is, where nothing constrains us (Node's documentation).
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
};

/** Bytes, at least 1 MiB; a quarter of the memory by default. */
export const readMemory: Reader<number> = (given, shown) => {
  if (given === null) return Math.max(leastMemory, Math.floor(machineMemory() / 4));
  const bytes = readSize(given, shown);
  if (bytes < leastMemory) throw new UsageError(`${shown} takes at least 1MiB, not '${printable(String(given))}'`);
  return bytes;
};

/** Milliseconds. */
export const readTime = readQuantity(parseTime);

/** Milliseconds, at least one. */
export const readTimeAboveZero: Reader<number> = (given, shown) => {
  const ms = readTime(given, shown);
  if (ms === 0) throw new UsageError(`${shown} takes a time above zero, such as 1s`);
  return ms;
};

/** Milliseconds, at least one; null by default. */
export const readOptionalTime: Reader<number | null> = (given, shown) =>
  given === null ? null : readTimeAboveZero(given, shown);

/** Networks as CIDR or single addresses, checked here so that the wire need not. */
export const readNetworks: Reader<readonly string[]> = (given, shown) => {
  const networks = [given].flat().map(String);
  for (const network of networks) {
    const [address = '', prefix, ...rest] = network.split('/');
    const family = isIP(address);
    // A zone says where an address is valid, not whose it is; the system would let the same one in elsewhere.
    if (address.includes('%'))
      throw new UsageError(
        `${shown}: '${printable(network)}' has a zone; write it without, ${network.replace(/%[^/]*/, '')}`,
      );
    const bits = prefix === undefined ? 0 : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
    if (family === 0 || rest.length > 0 || bits > (family === 4 ? 32 : 128))
      throw new UsageError(
        `${shown}: '${printable(network)}' is no network; write 192.168.0.0/16, fd00::/8 or one address`,
      );
  }
  return networks;
};

/** A whole number from 1 to `max`. */
export const readCount =
  (max: number): Reader<number> =>
  (given, shown) => {
    const text = single(given, shown);
    const number = /^\d+$/.test(text) ? Number(text) : 0;
    if (number >= 1 && number <= max) return number;
    throw new UsageError(`${shown} takes a whole number from 1 to ${max}, not '${printable(text)}'`);
  };

/** Where to connect to: an endpoint with a port. */
export const readTarget: Reader<Endpoint> = (given, shown) => {
  const text = single(given, shown);
  try {
    const endpoint = parseEndpoint(text);
    if (endpoint.port !== 0) return endpoint;
  } catch (error) {
    throw error instanceof EndpointError ? new UsageError(`${shown}: ${error.message}`) : error;
  }
  throw new UsageError(`${shown} ${text}: nothing can listen on port 0; name the port of the server`);
};

/** Where to listen: each endpoint once. */
export const readEndpoints = (texts: readonly string[]): Endpoint[] => {
  const seen = new Set<string>();
  return texts.map((text) => {
    const endpoint = parseEndpoint(text);
    const name = formatEndpoint(endpoint);
    if (endpoint.port !== 0 && seen.has(name)) throw new UsageError(`${name} was given twice; give each endpoint once`);
    seen.add(name);
    return endpoint;
  });
};
