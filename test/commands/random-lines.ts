import fc from 'fast-check';
import { expect } from 'vitest';
import { type Invocation, parse } from '../../src/commands/command-line.ts';
import { parseEndpoint } from '../../src/text/endpoint.ts';
import { printable } from '../../src/text/printable.ts';

/** A piece of a command line, or all of it, with the words that stand in it. */
export interface Piece {
  readonly args: readonly string[];
  readonly words: readonly string[];
}

const optionsOf = {
  server: [
    '--echo',
    '--backlog',
    '--threads',
    '--max-connections',
    '--max-buffer',
    '--record-memory',
    '--idle-timeout',
    '--nodelay',
  ],
  serve: ['--json', '--data', '--stats', '--grace', '--allow', '--deny'],
  send: ['--to', '--timeout', '--expect-echo'],
  bench: ['--mode', '--connections', '--size', '--duration'],
  asking: ['-h', '--help', '-v', '--version'],
} as const;
const anyOption = fc.constantFrom(...Object.values(optionsOf).flat());

const size = fc.tuple(
  fc.double({ min: -1, max: 1e12, noNaN: true }),
  fc.constantFrom('', 'B', 'kB', 'MiB', 'QB', ' MiB'),
);
const time = fc.tuple(fc.nat(2 ** 31), fc.constantFrom('', 'ms', 's', 'm', 'h', 'd', 'S'));
const host = fc.constantFrom(
  '',
  '127.0.0.1',
  '[::1]',
  '[fe80::1%eth0]',
  'localhost',
  '안녕',
  '::1',
  '-a',
  '_',
  '*',
  'a b',
);
const endpoint = fc
  .tuple(
    fc.constantFrom('', 'tcp://', 'UDP://', 'ftp://', '://'),
    host,
    fc.constantFrom(':', '', '::'),
    fc.integer({ min: -1, max: 70_000 }),
  )
  .map((parts) => parts.join(''));
const dashes = fc.nat(5).map((count) => '-'.repeat(count));
const text = fc.string({ unit: 'binary', maxLength: 12 });
const value = fc.oneof(
  endpoint,
  text,
  dashes,
  ...[size, time].map((pair) => fc.tuple(pair, fc.constant('')).map(([parts]) => parts.join(''))),
  fc.constantFrom(
    'chunk',
    'on',
    'text',
    'connect',
    'true',
    'false',
    '0',
    '1',
    '10.0.0.0/8',
    '::/0',
    '1/99',
    '\n',
    '\x1b[2J',
  ),
);
const commandWord = fc.constantFrom('console', 'serve', 'send', 'bench', 'completion', 'help', 'serv', 'sned', 'bash');
const argument = fc.oneof(
  { weight: 3, arbitrary: anyOption },
  { weight: 3, arbitrary: value },
  { weight: 1, arbitrary: commandWord },
  { weight: 1, arbitrary: dashes },
  { weight: 1, arbitrary: fc.tuple(anyOption, value).map(([option, given]) => `${option}=${given}`) },
  { weight: 1, arbitrary: fc.tuple(dashes, text).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '--_',
      '--$0',
      '--__proto__',
      '--constructor=1',
      '--endpoint',
      '--message=x',
      '--no-json',
    ),
  },
);

/** Any line: a command or none, and up to nine arguments. */
const anyLine: fc.Arbitrary<readonly string[]> = fc
  .tuple(fc.option(commandWord, { freq: 4 }), fc.array(argument, { maxLength: 9 }))
  .map(([command, args]) => [...(command === null ? [] : [command]), ...args]);

const fromMessage = /^(?=.*\P{C})[^\p{Cc}\p{Cf}\p{Cs}]+$/u;

/** What holds of every line: it is answered, and a mistake is one line that names what is wrong. */
const expectAnswer = (args: readonly string[], invocation: Invocation): void => {
  switch (invocation.type) {
    case 'usage-error': {
      expect(invocation.message).toMatch(fromMessage);
      const names = args.flatMap((arg) => [arg, arg.replace(/=.*$/s, '')]).map(printable);
      const isNamed =
        names.some((name) => invocation.message.includes(name)) || /given twice|^'' is /.test(invocation.message);
      expect(isNamed, `${JSON.stringify(args)}: ${invocation.message}`).toBe(true);
      return;
    }
    case 'print':
      expect(args).toEqual(expect.arrayContaining([expect.stringMatching(/^(?:-h|--help|-v|--version|help)$/)]));
      expect(invocation.text).toMatch(/\S/);
      return;
    case 'run':
      return;
    default:
      invocation satisfies never;
  }
};

const flag = fc.constantFrom('--expect-echo').map((option): Piece => ({ args: [option], words: [] }));
const valued = fc.tuple(fc.constantFrom(['--to', ':9000'], ['--timeout', '3s']), fc.boolean()).map(
  ([[option = '', given = ''], joined]): Piece => ({
    args: joined ? [`${option}=${given}`] : [option, given],
    words: [],
  }),
);
const word = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 12 }).filter((given) => !given.startsWith('-')),
    fc.constantFrom(
      'help',
      'send',
      'serve',
      'console',
      'true',
      'false',
      '-5',
      '-.5',
      '--- ',
      '---',
      '----',
      'a=b',
      '=',
      '0x10',
      '1e3',
      '"q"',
    ),
    fc.string({ unit: 'grapheme', maxLength: 6 }).filter((given) => !given.startsWith('-')),
  )
  .filter((given) => !/^--+ $/.test(given))
  .map((given): Piece => ({ args: [given], words: [given] }));

/** Words and options of `send` in any order, each option once at most, and perhaps more words behind `--`. */
const sendLine: fc.Arbitrary<Piece> = fc
  .tuple(
    fc.uniqueArray(fc.oneof(flag, valued, word, word, word), {
      maxLength: 8,
      selector: ({ args, words }) => (words.length > 0 ? Symbol('word') : args[0]?.replace(/=.*/, '')),
    }),
    fc.option(fc.array(fc.oneof(text, dashes, anyOption, commandWord), { maxLength: 4 })),
  )
  .map(([pieces, rest]) => ({
    args: ['send', ...pieces.flatMap(({ args }) => args), ...(rest === null ? [] : ['--', ...rest])],
    words: [...pieces.flatMap(({ words }) => words), ...(rest ?? [])],
  }));

/** No word of an accepted line is lost, changed, or moved before another. */
const expectAllSent = ({ args, words }: Piece): void => {
  const invocation = parse(args);
  if (invocation.type !== 'run') throw new Error(`${JSON.stringify(args)}: ${JSON.stringify(invocation)}`);
  expect(invocation.options).toMatchObject({ words });
};

/** Endpoints in any order among options of a server. */
const serveLine: fc.Arbitrary<Piece> = fc
  .array(
    fc.oneof(
      endpoint.map((given) => ({ args: [given], words: [given] })),
      fc.constant({ args: ['--json'], words: [] }),
    ),
    { maxLength: 5 },
  )
  .map((pieces) => ({
    args: ['serve', ...pieces.flatMap(({ args }) => args)],
    words: pieces.flatMap(({ words }) => words),
  }));

/** Each endpoint of an accepted line is listened on, in the order of the line. */
const expectAllListen = ({ args, words }: Piece): void => {
  const invocation = parse(args);
  expectAnswer(args, invocation);
  if (invocation.type !== 'run' || words.length === 0) return;
  expect(invocation.options).toMatchObject({ endpoints: words.map(parseEndpoint) });
};

/** Which lines: `ECHOSCOPE_SEED`, and `ECHOSCOPE_PATH` for the one that failed; new ones where none is named. */
const replay = (): { seed?: number; path?: string } => {
  const { ECHOSCOPE_SEED, ECHOSCOPE_PATH } = process.env;
  return {
    ...(ECHOSCOPE_SEED === undefined ? {} : { seed: Number(ECHOSCOPE_SEED) }),
    ...(ECHOSCOPE_PATH === undefined ? {} : { path: ECHOSCOPE_PATH }),
  };
};

/** NUL ends an argument (execve(2)). */
const hasNul = (args: readonly string[]): boolean => args.some((arg) => arg.includes('\0'));

/** Lines that the program refuses, or answers by a text, and that can be given to it. */
export const answeredLines = (count: number): readonly (readonly string[])[] =>
  fc.sample(
    anyLine.filter((args) => !hasNul(args) && parse(args).type !== 'run'),
    { ...replay(), numRuns: count },
  );

/** Lines of `send` that do not say where to, and their words. */
export const sendLines = (count: number): readonly Piece[] =>
  fc.sample(
    sendLine.filter(({ args, words }) => !hasNul(args) && words.length > 0 && !args.join('=').includes('--to=')),
    { ...replay(), numRuns: count },
  );

/** What holds of so many random lines, by what a user would notice. A failure names its seed and path. */
export const promises: readonly { readonly name: string; readonly check: (lines: number) => void }[] = [
  {
    name: 'is answered: a mistake in one line that names it',
    check: (lines) =>
      fc.assert(
        fc.property(anyLine, (args) => expectAnswer(args, parse(args))),
        { ...replay(), numRuns: lines },
      ),
  },
  {
    name: 'has all its words sent, in their order',
    check: (lines) => fc.assert(fc.property(sendLine, expectAllSent), { ...replay(), numRuns: lines }),
  },
  {
    name: 'has all its endpoints listened on, in their order',
    check: (lines) => fc.assert(fc.property(serveLine, expectAllListen), { ...replay(), numRuns: lines }),
  },
];
