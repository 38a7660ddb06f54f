import { isIP } from 'node:net';
import yargs, { type Options } from 'yargs';
import manifest from '../package.json' with { type: 'json' };
import type { ConsoleOptions } from './console.tsx';
import type { ServerOptions } from './engine/protocol.ts';
import { type Discipline, disciplines } from './ledger/row.ts';
import type { SendOptions } from './send.ts';
import { type Encoding, encodings } from './serve/payload.ts';
import type { ServeOptions } from './serve.ts';
import { type Endpoint, EndpointError, formatEndpoint, parseEndpoint } from './text/endpoint.ts';
import { printable } from './text/printable.ts';
import { parseSize, parseTime, QuantityError } from './text/quantity.ts';

/** What a command line comes to: a command with its options, a text to print, or a mistake to report. */
export type Invocation =
  | (ConsoleOptions & { readonly command: 'console' })
  | (ServeOptions & { readonly command: 'serve' })
  | (SendOptions & { readonly command: 'send' })
  /** `--help`, `--version`. */
  | { readonly command: 'print'; readonly text: string }
  /** One line: what is wrong, and what to do. */
  | { readonly command: 'mistake'; readonly message: string };

/** Something on the command line that only its author can put right. */
class Mistake extends Error {}

/** Letters added, dropped, changed or swapped with their neighbour between two words; Infinity beyond `most`. */
const edits = (one: string, other: string, most: number): number => {
  if (most < 0) return Number.POSITIVE_INFINITY;
  if (one === '' || other === '') return one.length + other.length;
  if (one[0] === other[0]) return edits(one.slice(1), other.slice(1), most);
  const swapped = one[0] === other[1] && one[1] === other[0];
  const rest = [
    edits(one.slice(1), other.slice(1), most - 1),
    edits(one.slice(1), other, most - 1),
    edits(one, other.slice(1), most - 1),
    swapped ? edits(one.slice(2), other.slice(2), most - 1) : Number.POSITIVE_INFINITY,
  ];
  return 1 + Math.min(...rest);
};

/** The name that was probably meant, if any comes near: half the letters of a short word, three of a long one. */
const nearest = (word: string, names: readonly string[]): string | undefined => {
  const most = Math.min(3, Math.floor(word.length / 2));
  return names
    .map((name) => ({ name, away: name.startsWith(word) ? 0 : edits(word, name, most) }))
    .filter(({ away }) => away <= most)
    .toSorted((a, b) => a.away - b.away)[0]?.name;
};

const refuseUnknown = (given: object, options: object): void => {
  const known = [...Object.keys(options), 'help', 'version'];
  const unknown = Object.keys(given).find(
    (key) => !['_', '--', '$0', 'endpoint', 'message', 'h', 'v', ...known].includes(key),
  );
  if (unknown === undefined) return;
  const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);
  const meant = nearest(unknown, known);
  throw new Mistake(
    `${dashed(unknown)} is not an option; ${meant === undefined ? 'leave it out' : `did you mean ${dashed(meant)}?`}`,
  );
};

/** yargs gives an array where an option came twice. */
const single = (name: string, value: unknown): string => {
  if (Array.isArray(value)) throw new Mistake(`--${name} was given ${value.length} times; give it once`);
  return String(value);
};

const readDiscipline = (value: unknown): Discipline => {
  const name = single('echo', value);
  const known = disciplines.find((candidate) => candidate === name);
  if (known === undefined) throw new Mistake(`--echo ${name} is not known; use ${disciplines.join(', ')}`);
  return known;
};

/** Reads a size or a time; the error names the option. */
const readQuantity =
  (name: string, parseQuantity: (text: string) => number) =>
  (value: unknown): number => {
    try {
      return parseQuantity(single(name, value));
    } catch (error) {
      throw error instanceof QuantityError ? new Mistake(`--${name}: ${error.message}`) : error;
    }
  };

/** Networks as CIDR or single addresses, checked here so that the wire need not. */
const readNetworks =
  (name: string) =>
  (value: unknown): string[] => {
    const networks = [value ?? []].flat().map(String);
    for (const network of networks) {
      const [address = '', prefix, ...rest] = network.split('/');
      const family = isIP(address);
      const bits = prefix === undefined ? 0 : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
      if (family === 0 || rest.length > 0 || bits > (family === 4 ? 32 : 128))
        throw new Mistake(`--${name}: '${network}' is no network; write 192.168.0.0/16, fd00::/8 or one address`);
    }
    return networks;
  };

const readCount =
  (name: string, most: number) =>
  (value: unknown): number => {
    const text = single(name, value);
    const number = /^\d+$/.test(text) ? Number(text) : 0;
    if (number >= 1 && number <= most) return number;
    throw new Mistake(`--${name} takes a whole number from 1 to ${most}, not '${text}'`);
  };

const readEndpoints = (texts: readonly string[]): Endpoint[] => {
  const seen = new Set<string>();
  return texts.map((text) => {
    const endpoint = parseEndpoint(text);
    const name = formatEndpoint(endpoint);
    if (endpoint.port !== 0 && seen.has(name)) throw new Mistake(`${name} was given twice; give each endpoint once`);
    seen.add(name);
    return endpoint;
  });
};

const serverOptions = {
  echo: {
    describe: 'When received bytes go back: as they arrive, per line, once the peer half-closes, never',
    choices: disciplines,
    requiresArg: true,
    default: 'chunk',
    coerce: readDiscipline,
  },
  backlog: {
    describe: 'Length of the queue of connections not yet accepted',
    requiresArg: true,
    default: 511,
    coerce: readCount('backlog', 2 ** 31 - 1),
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
    coerce: readQuantity('max-buffer', parseSize),
  },
  'idle-timeout': {
    describe: 'Close a connection that is silent this long',
    requiresArg: true,
    defaultDescription: 'off',
    coerce: (value: unknown) => (value === undefined ? null : readQuantity('idle-timeout', parseTime)(value)),
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
    coerce: readQuantity('grace', parseTime),
  },
} satisfies Record<string, Options>;

/** What yargs made of `serverOptions`. */
interface GivenServer {
  readonly echo: Discipline;
  readonly backlog: number;
  readonly 'max-connections': number;
  readonly 'max-buffer': number;
  readonly 'idle-timeout': number | null | undefined;
  readonly allow: readonly string[] | undefined;
  readonly deny: readonly string[] | undefined;
  readonly grace: number;
}

const readServer = (given: GivenServer): ServerOptions & { readonly graceMs: number } => ({
  discipline: given.echo,
  backlog: given.backlog,
  maxConnections: given['max-connections'],
  maxBufferBytes: given['max-buffer'],
  idleTimeoutMs: given['idle-timeout'] ?? null,
  allow: given.allow ?? [],
  deny: given.deny ?? [],
  graceMs: given.grace,
});

const readEncoding = (value: unknown): Encoding => {
  const name = single('data', value);
  const known = encodings.find((candidate) => candidate === name);
  if (known === undefined) throw new Mistake(`--data ${name} is not known; use ${encodings.join(', ')}`);
  return known;
};

const readInterval = (value: unknown): number | null => {
  if (value === undefined) return null;
  const ms = readQuantity('stats', parseTime)(value);
  if (ms === 0) throw new Mistake('--stats takes a time above zero, such as 1s');
  return ms;
};

const reportOptions = {
  json: { describe: 'One JSON object per line (NDJSON), for scripts', type: 'boolean', default: false },
  data: {
    describe: 'Also print what peers send; text is made harmless',
    choices: encodings,
    requiresArg: true,
    default: 'none',
    coerce: readEncoding,
  },
  stats: {
    describe: 'Print totals at this interval',
    requiresArg: true,
    defaultDescription: 'off',
    coerce: readInterval,
  },
} satisfies Record<string, Options>;

const defaultEndpoint: Endpoint = { transport: 'tcp', host: '127.0.0.1', port: 8080 };

const endpointWords = {
  describe: 'Where to listen: [tcp://|udp://][host]:port or port; several may be given',
  type: 'string',
  array: true,
  default: [],
  defaultDescription: formatEndpoint(defaultEndpoint),
} as const;

const readTarget = (value: unknown): Endpoint => {
  const text = single('to', value);
  try {
    const endpoint = parseEndpoint(text);
    if (endpoint.port !== 0) return endpoint;
  } catch (error) {
    throw error instanceof EndpointError ? new Mistake(`--to: ${error.message}`) : error;
  }
  throw new Mistake(`--to ${text}: nothing can listen on port 0; name the port of the server`);
};

const sendOptions = {
  to: {
    describe: 'Where to send: [tcp://|udp://][host]:port or port',
    requiresArg: true,
    default: formatEndpoint(defaultEndpoint),
    coerce: readTarget,
  },
  timeout: {
    describe: 'How long connecting and every silence may last',
    requiresArg: true,
    default: '5s',
    coerce: readQuantity('timeout', parseTime),
  },
  'expect-echo': { describe: 'Fail when the reply differs from what was sent', type: 'boolean', default: false },
} satisfies Record<string, Options>;

/** yargs loses a lone dash among words, and takes `--message` for them: neither may change what is sent. */
const refuseLostWords = (args: readonly string[], words: readonly string[]): void => {
  const options = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (options.some((word) => /^--message(?:=|$)/.test(word)))
    throw new Mistake('--message is not an option; write the message without it');
  if (words.length > 0 && options.includes('-'))
    throw new Mistake('- alone is stdin; to send a dash put the words after --, and the options before');
};

const sendExamples = `Examples:
  echoscope send hello --to :9000             the words, a space between them
  echoscope send --to :9000 < photo > copy    stdin until its end, byte for byte
  echoscope send --expect-echo < photo        status 1 unless it all comes back
  echoscope send one two --to udp://:9000     two datagrams, a reply to each
  date | echoscope send --to udp://:9000      each line is a datagram`;

const serveExamples = `Examples:
  echoscope serve                            one line per event, until Ctrl-C
  echoscope serve :9000 udp://:9000          TCP and UDP on one port number
  echoscope serve :0 --json --stats 1s       any free port; events for scripts
  echoscope serve --data text --echo line    what peers say, sent back by line`;

const consoleExamples = `Examples:
  echoscope                            listen on 127.0.0.1:8080 and talk to it
  echoscope 9000                       the same on port 9000
  echoscope 0.0.0.0:9000 '[::]:9000'   every address of this machine
  echoscope :0                         any free port; the console shows which`;

const read = (args: readonly string[]): Invocation => {
  const invocations: Invocation[] = [];
  yargs()
    .scriptName('echoscope')
    // Messages in one language; the bundle has no locale files either.
    .locale('en')
    .updateStrings({ 'Not enough arguments following: %s': '--%s needs a value' })
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'populate--': true,
    })
    .command(
      ['console [endpoint..]', '$0'],
      'Watch both ends of a socket on a full screen',
      (command) =>
        command
          .middleware((given) => refuseUnknown(given, serverOptions), true)
          .positional('endpoint', endpointWords)
          .options(serverOptions),
      (given) => {
        const named = readEndpoints([...given.endpoint, ...[given['--'] ?? []].flat().map(String)]);
        invocations.push({
          command: 'console',
          endpoints: named.length > 0 ? named : [defaultEndpoint],
          named: named.length > 0,
          ...readServer(given),
        });
      },
    )
    .command(
      'serve [endpoint..]',
      'The same server without a screen, one line per event',
      (command) =>
        command
          .middleware((given) => refuseUnknown(given, { ...serverOptions, ...reportOptions }), true)
          .positional('endpoint', endpointWords)
          .options(serverOptions)
          .options(reportOptions),
      (given) => {
        const named = readEndpoints([...given.endpoint, ...[given['--'] ?? []].flat().map(String)]);
        invocations.push({
          command: 'serve',
          endpoints: named.length > 0 ? named : [defaultEndpoint],
          ...readServer(given),
          json: [given.json].flat().includes(true),
          data: given.data,
          statsMs: given.stats ?? null,
        });
      },
    )
    .command(
      'send [message..]',
      'Send a message or stdin, print the reply',
      (command) =>
        command
          .middleware((given) => refuseUnknown(given, sendOptions), true)
          .positional('message', {
            describe: 'What to send, as it is; without it, stdin until its end',
            type: 'string',
            array: true,
            default: [],
            defaultDescription: 'stdin',
          })
          .options(sendOptions),
      (given) => {
        const words = [...given.message, ...[given['--'] ?? []].flat().map(String)];
        refuseLostWords(args, words);
        invocations.push({
          command: 'send',
          endpoint: given.to,
          words,
          timeoutMs: given.timeout,
          // yargs gives an array where a flag came twice.
          expectEcho: [given['expect-echo']].flat().includes(true),
        });
      },
    )
    .help('help', 'Print this help')
    .alias('help', 'h')
    .version('version', 'Print the version', manifest.version)
    .alias('version', 'v')
    .fail((message, error) => {
      // yargs wraps what a coerce function throws in an error of its own.
      throw error === undefined || error.name === 'YError' ? new Mistake(message ?? error?.message) : error;
    })
    .parse([...args], {}, (_error, given, output) => {
      if (output === '') return;
      const examples = { serve: serveExamples, send: sendExamples }[String(given._[0])] ?? consoleExamples;
      invocations.push({ command: 'print', text: given.help === true ? `${examples}\n\n${output}` : output });
    });
  const [invocation] = invocations;
  if (invocation === undefined) throw new Mistake(`'${args.join(' ')}' is not a command line of echoscope`);
  return invocation;
};

/** Reads a command line (without the program's own two words). Never throws for what a user typed. */
export const parse = (args: readonly string[]): Invocation => {
  try {
    return Object.freeze(read(args));
  } catch (error) {
    if (!(error instanceof Mistake || error instanceof EndpointError)) throw error;
    return { command: 'mistake', message: printable(error.message) };
  }
};
