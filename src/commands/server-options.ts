import type { ServerOptions } from '../engine/protocol.ts';
import { disciplines } from '../memory/ledger/row.ts';
import { type Endpoint, formatEndpoint } from '../text/endpoint.ts';
import type { OptionTable, Words } from './command.ts';
import {
  readChoice,
  readCount,
  readEndpoints,
  readMemory,
  readNetworks,
  readOptionalTime,
  readSize,
  readSwitch,
  readTime,
  switchWords,
} from './option-values.ts';
import { UsageError } from './usage-error.ts';

/** What a command that starts a server takes. */
export interface ServerCommandOptions extends ServerOptions {
  readonly endpoints: readonly Endpoint[];
  /** How long open connections may finish at the end, ms. */
  readonly graceMs: number;
}

/** Where commands listen and connect to by default. */
export const defaultEndpoint: Endpoint = { transport: 'tcp', host: '127.0.0.1', port: 8080 };

/** The endpoints of a server. */
export const endpointWords = {
  name: 'endpoint',
  describe: 'Where to listen: [tcp://|udp://][host]:port or port; several may be given',
  type: 'string',
  array: true,
  default: [],
  defaultDescription: formatEndpoint(defaultEndpoint),
} as const;

/** The options of a server. */
export const serverOptions: OptionTable<Omit<ServerCommandOptions, 'endpoints'>> = {
  discipline: {
    name: 'echo',
    describe: 'When received bytes go back: as they arrive, per line, once the peer half-closes, never',
    choices: disciplines,
    default: 'chunk',
    read: readChoice(disciplines),
  },
  backlog: {
    name: 'backlog',
    describe: 'Length of the queue of connections not yet accepted',
    default: 511,
    read: readCount(2 ** 31 - 1),
  },
  // One by measurement: on two cores with the load on them too, two threads did 0.87 to 0.96 of what one did in the modes
  // of `echoscope bench`, and 1.26 with 1,000 busy connections. Nothing is gained where no core is idle.
  threads: {
    name: 'threads',
    describe: 'Threads that share the connections out; more pay where cores are idle',
    default: 1,
    read: readCount(64),
  },
  maxConnections: {
    name: 'max-connections',
    describe: 'Open connections at most; further ones are refused',
    default: 10_000,
    read: readCount(1_000_000),
  },
  maxBufferBytes: {
    name: 'max-buffer',
    describe: 'Bytes held for one connection (line, eof); one more resets it',
    default: '16MiB',
    read: readSize,
  },
  maxMemoryBytes: {
    name: 'max-memory',
    describe: 'Bytes held for all connections together; beyond it the greediest is reset',
    default: null,
    defaultDescription: "a quarter of the machine's memory",
    read: readMemory,
  },
  idleTimeoutMs: {
    name: 'idle-timeout',
    describe: 'Close a connection that is silent this long',
    default: null,
    defaultDescription: 'off',
    read: readOptionalTime,
  },
  noDelay: {
    name: 'nodelay',
    describe: 'TCP_NODELAY: send small pieces at once; off: wait for the ACK of earlier ones (Nagle)',
    choices: switchWords,
    default: 'on',
    read: readSwitch,
  },
  recordBytes: {
    name: 'record-memory',
    describe: 'Memory for what connections said, to look at it later; 0: counters alone',
    default: '64MiB',
    read: readSize,
  },
  allow: {
    name: 'allow',
    describe: 'Let in only peers of this network (CIDR); repeatable',
    default: [],
    defaultDescription: 'all',
    read: readNetworks,
  },
  deny: {
    name: 'deny',
    describe: 'Turn away peers of this network (CIDR); repeatable',
    default: [],
    defaultDescription: 'none',
    read: readNetworks,
  },
  graceMs: {
    name: 'grace',
    describe: 'On shutdown, how long open connections may finish',
    default: '2s',
    read: readTime,
  },
};

/** The endpoints of a server, in the order of the command line, and whether the user named them. */
export const readListeners = ({ words, hasDash }: Words): { endpoints: readonly Endpoint[]; named: boolean } => {
  if (hasDash) throw new UsageError('- is not an endpoint; write [tcp://|udp://][host]:port, :port or port');
  const endpoints = readEndpoints(words);
  return endpoints.length > 0 ? { endpoints, named: true } : { endpoints: [defaultEndpoint], named: false };
};
