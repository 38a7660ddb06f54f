import type { Options } from 'yargs';
import type { ServerOptions } from '../engine/protocol.ts';
import { type Discipline, disciplines } from '../memory/ledger/row.ts';
import { type Endpoint, formatEndpoint } from '../text/endpoint.ts';
import {
  readChoice,
  readCount,
  readEndpoints,
  readNetworks,
  readOptionalTime,
  readSize,
  readTime,
} from './option-values.ts';

/** Where everything listens and connects to unless told otherwise. */
export const defaultEndpoint: Endpoint = { transport: 'tcp', host: '127.0.0.1', port: 8080 };

/** The endpoints of the server, as yargs takes them. */
export const endpointWords = {
  describe: 'Where to listen: [tcp://|udp://][host]:port or port; several may be given',
  type: 'string',
  array: true,
  default: [],
  defaultDescription: formatEndpoint(defaultEndpoint),
} as const;

/** The options of the server, as yargs takes them. */
export const serverOptions = {
  echo: {
    describe: 'When received bytes go back: as they arrive, per line, once the peer half-closes, never',
    choices: disciplines,
    requiresArg: true,
    default: 'chunk',
    coerce: readChoice('echo', disciplines),
  },
  backlog: {
    describe: 'Length of the queue of connections not yet accepted',
    requiresArg: true,
    default: 511,
    coerce: readCount('backlog', 2 ** 31 - 1),
  },
  // One by measurement: on two cores with the load on them too, two threads did 0.87 to 0.96 of what one did in the modes
  // of `echoscope bench`, and 1.26 with 1,000 busy connections. Nothing is gained where no core is idle.
  threads: {
    describe: 'Threads that share the connections out; more pay where cores are idle',
    requiresArg: true,
    default: 1,
    coerce: readCount('threads', 64),
  },
  'max-connections': {
    describe: 'Open connections at most; further ones are refused',
    requiresArg: true,
    default: 10_000,
    coerce: readCount('max-connections', 1_000_000),
  },
  'max-buffer': {
    describe: 'Bytes held for one connection (line, eof); one more resets it',
    requiresArg: true,
    default: '16MiB',
    coerce: readSize('max-buffer'),
  },
  'idle-timeout': {
    describe: 'Close a connection that is silent this long',
    requiresArg: true,
    defaultDescription: 'off',
    coerce: readOptionalTime('idle-timeout'),
  },
  allow: {
    describe: 'Let in only peers of this network (CIDR); repeatable',
    requiresArg: true,
    defaultDescription: 'all',
    coerce: readNetworks('allow'),
  },
  deny: {
    describe: 'Turn away peers of this network (CIDR); repeatable',
    requiresArg: true,
    defaultDescription: 'none',
    coerce: readNetworks('deny'),
  },
  grace: {
    describe: 'On shutdown, how long open connections may finish',
    requiresArg: true,
    default: '2s',
    coerce: readTime('grace'),
  },
} satisfies Record<string, Options>;

/** What yargs made of `serverOptions`. */
interface GivenServer {
  readonly echo: Discipline;
  readonly backlog: number;
  readonly threads: number;
  readonly 'max-connections': number;
  readonly 'max-buffer': number;
  readonly 'idle-timeout': number | null | undefined;
  readonly allow: readonly string[] | undefined;
  readonly deny: readonly string[] | undefined;
  readonly grace: number;
}

export const readServer = (given: GivenServer): ServerOptions & { readonly graceMs: number } => ({
  discipline: given.echo,
  backlog: given.backlog,
  threads: given.threads,
  maxConnections: given['max-connections'],
  maxBufferBytes: given['max-buffer'],
  idleTimeoutMs: given['idle-timeout'] ?? null,
  allow: given.allow ?? [],
  deny: given.deny ?? [],
  graceMs: given.grace,
});

/** The endpoints of a server, in the order of the command line, and whether the user named them. */
export const readListeners = (given: {
  readonly endpoint: readonly string[];
  readonly '--'?: unknown;
}): { readonly endpoints: readonly Endpoint[]; readonly named: boolean } => {
  const endpoints = readEndpoints([...given.endpoint, ...[given['--'] ?? []].flat().map(String)]);
  return endpoints.length > 0 ? { endpoints, named: true } : { endpoints: [defaultEndpoint], named: false };
};
