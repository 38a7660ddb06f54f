import yargs from 'yargs';
import manifest from '../../package.json' with { type: 'json' };
import { EndpointError } from '../text/endpoint.ts';
import { printable } from '../text/printable.ts';
import { benchCommand } from './bench/command.ts';
import { type Command, type Run, yargsOptions } from './command.ts';
import { completionCommand, completionReply, isCompletionRequest } from './completion/command.ts';
import { consoleCommand } from './console/command.ts';
import { sendCommand } from './send/command.ts';
import { serveCommand } from './serve/command.ts';
import { refuseFlagValues, refusePositionalNames, refuseUnknown, UsageError } from './yargs-guards.ts';

/** All commands, in the order of the help. The first one is meant where none is named. */
const commands: readonly Command[] = [consoleCommand, serveCommand, sendCommand, benchCommand, completionCommand];

/** The result of reading a command line. */
export type Invocation =
  | Run
  /** `--help`, `--version`, an answer to a completion script. */
  | { readonly type: 'print'; readonly text: string }
  /** One line: what is wrong, and what to do. */
  | { readonly type: 'usage-error'; readonly message: string };

const read = (args: readonly string[]): Invocation => {
  // After `--` every argument is positional.
  const typed = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const invocations: Invocation[] = [];
  const parser = yargs()
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
    });
  for (const command of commands) {
    const { name, positional, describe } = command;
    const usage = positional === undefined ? name : `${name} [${positional.name}${positional.array ? '..' : ''}]`;
    parser.command(
      command === consoleCommand ? [usage, '$0'] : usage,
      describe,
      (builder) => {
        builder.middleware((given) => refuseUnknown(given, command), true);
        if (positional !== undefined) builder.positional(positional.name, positional);
        return builder.options(yargsOptions(command));
      },
      (given) => {
        refusePositionalNames(typed, command);
        refuseFlagValues(typed, command);
        const positionals = positional === undefined ? [] : [given[positional.name] ?? []].flat().map(String);
        const afterDashes = [given['--'] ?? []].flat().map(String);
        const [words, spare] = positional?.array ? [[...positionals, ...afterDashes], []] : [positionals, afterDashes];
        invocations.push(command.read(given, { words, spare: [...given._.slice(1).map(String), ...spare], typed }));
      },
    );
  }
  parser
    .help('help', 'Print this help')
    .alias('help', 'h')
    .version('version', 'Print the version', manifest.version)
    .alias('version', 'v')
    .fail((message, error) => {
      // yargs wraps what a coerce function throws in an error of its own.
      throw error === undefined || error.name === 'YError' ? new UsageError(message ?? error?.message) : error;
    })
    .parse([...args], {}, (_error, given, output) => {
      if (output === '') return;
      const { examples } = commands.find(({ name, examples }) => name === given._[0] && examples) ?? consoleCommand;
      invocations.push({ type: 'print', text: given.help === true ? `${examples}\n\n${output}` : output });
    });
  const [invocation] = invocations;
  if (invocation === undefined) throw new UsageError(`'${args.join(' ')}' is not a command line of echoscope`);
  return invocation;
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
