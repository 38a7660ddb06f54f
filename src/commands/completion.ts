import yargs, { type Options } from 'yargs';
import { benchOptions } from './bench/options.ts';
import { readChoice } from './option-values.ts';
import { sendOptions } from './send/options.ts';
import { reportOptions } from './serve/options.ts';
import { serverOptions } from './server-options.ts';
import { Mistake } from './yargs-guards.ts';

/** Shells that a completion script can be had for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The option by which a completion script asks what may follow; yargs gives it this name. */
const question = '--get-yargs-completions';

/** The user's shell, as SHELL names it; bash where it names none that we know. */
export const userShell = (): Shell => shells.find((shell) => process.env.SHELL?.endsWith(shell)) ?? 'bash';

/** The word of `completion`, undefined where none was given. */
export const readShell = (value: unknown): Shell | undefined =>
  value === undefined ? undefined : readChoice('shell', shells, 'shell')(value);

/** Throws a Mistake for words that `completion` does not take: `spare` are those that yargs could not place. */
export const refuseSpareWords = (spare: readonly (string | number)[]): void => {
  const [first] = spare;
  if (first !== undefined) throw new Mistake(`'${first}' is one word too many; completion takes one shell`);
};

/** The script that teaches a shell to complete our command lines. */
export const completionScript = (shell: Shell): string => {
  const { SHELL } = process.env;
  let script = '';
  try {
    // yargs has no other way to be told which shell it writes for.
    process.env.SHELL = shell;
    yargs()
      .scriptName('echoscope')
      .completion('completion')
      .parse(['completion'], {}, (_error, _given, output) => {
        script = output;
      });
  } finally {
    if (SHELL === undefined) delete process.env.SHELL;
    else process.env.SHELL = SHELL;
  }
  if (script === '') throw new Mistake(`there is no completion for ${shell}`);
  return script;
};

/** The options of each command, by which words may follow. */
const commands: Readonly<Record<string, Readonly<Record<string, Options>>>> = {
  console: serverOptions,
  serve: { ...serverOptions, ...reportOptions },
  send: sendOptions,
  bench: benchOptions,
  completion: {},
};

/** Whether a command line is a completion script's question. */
export const isQuestion = (args: readonly string[]): boolean => args[0] === question;

/** What may follow, one to a line, on a command line that a completion script asks about. */
export const answer = ([asked = question, name = '', ...words]: readonly string[]): string => {
  const [first = ''] = words;
  // Options before any command are the console's.
  const named = first in commands || (words.length < 2 && !first.startsWith('-'));
  let answers = '';
  const parser = yargs().scriptName('echoscope').help().version('').completion('completion-script', false);
  for (const [command, options] of Object.entries(commands)) {
    const readable = Object.entries(options).map(([key, { coerce: _, ...rest }]) => [key, rest]);
    parser.command(command, '', (given) => given.options(Object.fromEntries(readable)));
  }
  parser.parse([asked, name, ...(named ? words : ['console', ...words])], {}, (_error, _given, output) => {
    answers = output;
  });
  return answers;
};
