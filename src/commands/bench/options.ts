import type { Options } from 'yargs';
import { type Endpoint, formatEndpoint } from '../../text/endpoint.ts';
import { readChoice, readCount, readSize, readTarget, readTimeAboveZero } from '../option-values.ts';
import { defaultEndpoint } from '../server-options.ts';
import { Mistake } from '../yargs-guards.ts';
import { type Mode, modes } from './load/plan.ts';
import type { BenchOptions } from './run.ts';

/** Bytes of one piece at most. */
const largest = 16 * 2 ** 20;
/** Bytes that a datagram carries at most over IPv4 (RFC 768, RFC 791). */
const largestDatagram = 65_507;

const readPiece = (value: unknown): number => {
  const bytes = readSize('size')(value);
  if (bytes >= 1 && bytes <= largest) return bytes;
  throw new Mistake(`--size takes 1 byte to 16MiB, not '${value}'`);
};

/** The options of `bench`, as yargs takes them. */
export const benchOptions = {
  to: {
    describe: 'The server: [tcp://|udp://][host]:port or port',
    requiresArg: true,
    default: formatEndpoint(defaultEndpoint),
    coerce: readTarget,
  },
  mode: {
    describe: 'What each connection does, over and over; UDP has pingpong alone',
    choices: modes,
    requiresArg: true,
    default: 'pingpong',
    coerce: readChoice('mode', modes),
  },
  connections: {
    describe: 'How many at once',
    requiresArg: true,
    default: 64,
    coerce: readCount('connections', 1_000_000),
  },
  threads: {
    describe: 'Threads that share the connections out, one each at least',
    requiresArg: true,
    default: 1,
    coerce: readCount('threads', 64),
  },
  size: { describe: 'Bytes sent at once', requiresArg: true, default: '64', coerce: readPiece },
  duration: {
    describe: 'How long, once all are connected',
    requiresArg: true,
    default: '5s',
    coerce: readTimeAboveZero('duration'),
  },
  json: { describe: 'One JSON object, for scripts', type: 'boolean', default: false },
} satisfies Record<string, Options>;

/** What yargs made of `benchOptions`. */
interface GivenBench {
  readonly to: Endpoint;
  readonly mode: Mode;
  readonly connections: number;
  readonly threads: number;
  readonly size: number;
  readonly duration: number;
  readonly json: boolean;
  readonly _: readonly (string | number)[];
  readonly '--'?: unknown;
}

/** Throws a Mistake for what cannot go together. */
export const readBench = (given: GivenBench): BenchOptions => {
  const [word] = [...given._.slice(1), ...[given['--'] ?? []].flat()];
  if (word !== undefined) throw new Mistake(`'${word}' is one word too many; name the server with --to`);
  const { to: endpoint, mode, connections, threads, size, duration: durationMs } = given;
  if (endpoint.transport === 'udp' && mode !== 'pingpong')
    throw new Mistake(`--mode ${mode} needs tcp; over udp there is pingpong alone`);
  if (endpoint.transport === 'udp' && size > largestDatagram)
    throw new Mistake(`--size ${size} is more than a datagram carries; over udp give at most ${largestDatagram}`);
  // Fewer threads than were asked for would tell a load that was never put on.
  if (threads > connections)
    throw new Mistake(`--threads ${threads} is more than --connections ${connections}; each thread needs one at least`);
  // yargs gives an array where a flag came twice.
  return { endpoint, mode, connections, threads, size, durationMs, json: [given.json].flat().includes(true) };
};
