import yargs from 'yargs';
import manifest from '../../package.json' with { type: 'json' };
import { EndpointError } from '../text/endpoint.ts';
import { printable } from '../text/printable.ts';
import { takeApart, yargsArguments } from './arguments.ts';
import { benchCommand } from './bench/command.ts';
import { type Command, type Run, yargsOptions } from './command.ts';
import { completionCommand, completionReply, isCompletionRequest } from './completion/command.ts';
import { consoleCommand } from './console/command.ts';
import { sendCommand } from './send/command.ts';
import { serveCommand } from './serve/command.ts';
import { UsageError } from './usage-error.ts';

/** All commands, in the order of the help. The first one is meant where none is named. */
const commands: readonly [Command, ...Command[]] = [
  consoleCommand,
  serveCommand,
  sendCommand,
  benchCommand,
  completionCommand,
];

/** The result of reading a command line. */
export type Invocation =
  | Run
  /** `--help`, `--version`, an answer to a completion script. */
  | { readonly type: 'print'; readonly text: string }
  /** One line: what is wrong, and what to do. */
  | { readonly type: 'usage-error'; readonly message: string };

const parserOf = () =>
  yargs()
    .scriptName('echoscope')
    // Messages in one language; the bundle has no locale files either.
    .locale('en')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
    })
    .fail((message, error) => {
      // yargs wraps what a coerce function throws in an error of its own.
      throw error === undefined || error.name === 'YError' ? new UsageError(message ?? error?.message) : error;
    });

/** The help of a command; that of a command line without one lists them all. */
const helpOf = (asked: Command | null): string => {
  const parser = parserOf()
    .help('help', 'Print this help')
    .alias('help', 'h')
    .version('version', 'Print the version', manifest.version)
    .alias('version', 'v');
  for (const command of commands) {
    const { name, positional, describe } = command;
    const usage = positional === undefined ? name : `${name} [${positional.name}${positional.array ? '..' : ''}]`;
    parser.command(command === consoleCommand ? [usage, '$0'] : usage, describe, (builder) => {
      if (positional !== undefined) builder.positional(positional.name, positional);
      return builder.options(yargsOptions(command));
    });
  }
  let help = '';
  parser.parse([...(asked === null ? [] : [asked.name]), '--help'], {}, (_error, _given, output) => {
    help = output;
  });
  return `${(asked ?? consoleCommand).examples ?? consoleCommand.examples}\n\n${help}`;
};

const read = (args: readonly string[]): Invocation => {
  const taken = takeApart(args, commands);
  const { command, isNamed, asks, words } = taken;
  switch (asks) {
    case 'help':
      return { type: 'print', text: helpOf(isNamed ? command : null) };
    case 'version':
      return { type: 'print', text: manifest.version };
    case null: {
      // Without its own commands: yargs would write the help before each run, which takes some milliseconds.
      const parser = parserOf().help(false).version(false).options(yargsOptions(command));
      return command.read(parser.parseSync([...yargsArguments(taken, commands)]), words);
    }
    default:
      return asks satisfies never;
  }
};

/** Reads a command line (without the program's own two words). Never throws for what a user typed. */
export const parse = (args: readonly string[]): Invocation => {
  try {
    return isCompletionRequest(args) ? { type: 'print', text: completionReply(args, commands) } : read(args);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof EndpointError)) throw error;
    return { type: 'usage-error', message: printable(error.message) };
  }
};
