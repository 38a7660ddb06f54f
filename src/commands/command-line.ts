import yargs from 'yargs';
import manifest from '../../package.json' with { type: 'json' };
import { EndpointError } from '../text/endpoint.ts';
import { printable } from '../text/printable.ts';
import { benchOptions, readBench } from './bench/options.ts';
import type { BenchOptions } from './bench/run.ts';
import { answer, completionScript, isQuestion, readShell, refuseSpareWords, shells, userShell } from './completion.ts';
import type { ConsoleOptions } from './console/run.ts';
import { examplesOf } from './examples.ts';
import { refuseLostWords, sendOptions } from './send/options.ts';
import type { SendOptions } from './send/run.ts';
import { reportOptions } from './serve/options.ts';
import type { ServeOptions } from './serve/run.ts';
import { endpointWords, readListeners, readServer, serverOptions } from './server-options.ts';
import { Mistake, refuseDash, refuseFlagValues, refuseUnknown } from './yargs-guards.ts';

/** What a command line comes to: a command with its options, a text to print, or a mistake to report. */
export type Invocation =
  | (ConsoleOptions & { readonly command: 'console' })
  | (ServeOptions & { readonly command: 'serve' })
  | (SendOptions & { readonly command: 'send' })
  | (BenchOptions & { readonly command: 'bench' })
  /** `--help`, `--version`. */
  | { readonly command: 'print'; readonly text: string }
  /** One line: what is wrong, and what to do. */
  | { readonly command: 'mistake'; readonly message: string };

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
        refuseDash(args);
        invocations.push({ command: 'console', ...readListeners(given), ...readServer(given) });
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
        refuseDash(args);
        refuseFlagValues(args, reportOptions);
        const { endpoints } = readListeners(given);
        invocations.push({
          command: 'serve',
          endpoints,
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
        refuseFlagValues(args, sendOptions);
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
    .command(
      'bench',
      'Load an echo server, check every byte, measure',
      (command) => command.middleware((given) => refuseUnknown(given, benchOptions), true).options(benchOptions),
      (given) => {
        refuseFlagValues(args, benchOptions);
        invocations.push({ command: 'bench', ...readBench(given) });
      },
    )
    .command(
      'completion [shell]',
      'Print a completion script for bash, zsh or fish',
      (command) =>
        command
          .middleware((given) => refuseUnknown(given, {}), true)
          .positional('shell', {
            describe: 'For which shell',
            choices: shells,
            defaultDescription: 'yours, as SHELL says',
            coerce: readShell,
          }),
      (given) => {
        refuseSpareWords([...given._.slice(1), ...[given['--'] ?? []].flat().map(String)]);
        invocations.push({ command: 'print', text: completionScript(given.shell ?? userShell()) });
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
      const examples = `${examplesOf(String(given._[0]))}\n\n`;
      invocations.push({ command: 'print', text: given.help === true ? examples + output : output });
    });
  const [invocation] = invocations;
  if (invocation === undefined) throw new Mistake(`'${args.join(' ')}' is not a command line of echoscope`);
  return invocation;
};

/** Reads a command line (without the program's own two words). Never throws for what a user typed. */
export const parse = (args: readonly string[]): Invocation => {
  try {
    return Object.freeze(isQuestion(args) ? { command: 'print', text: answer(args) } : read(args));
  } catch (error) {
    if (!(error instanceof Mistake || error instanceof EndpointError)) throw error;
    return { command: 'mistake', message: printable(error.message) };
  }
};
