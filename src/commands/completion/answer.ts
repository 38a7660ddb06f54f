import yargs from 'yargs';
import { type Command, yargsOptions } from '../command.ts';

/** The option by which a completion script asks what may follow; yargs gives it this name. */
const question = '--get-yargs-completions';

/** Whether a command line is a completion script's question. */
export const isQuestion = (args: readonly string[]): boolean => args[0] === question;

/** What may follow, one to a line, on a command line that a completion script asks about. */
export const answer = (
  [asked = question, name = '', ...words]: readonly string[],
  commands: readonly Command[],
): string => {
  const [first = ''] = words;
  const names = commands.map((command) => command.name);
  // Options before any command are the console's.
  const named = names.includes(first) || (words.length < 2 && !first.startsWith('-'));
  let answers = '';
  const parser = yargs().scriptName('echoscope').help().version('').completion('completion-script', false);
  for (const command of commands) {
    // A value that is half typed is not to be read.
    const options = Object.entries(yargsOptions(command)).map(([key, { coerce: _, ...rest }]) => [key, rest]);
    parser.command(command.name, '', (given) => given.options(Object.fromEntries(options)));
  }
  parser.parse([asked, name, ...(named ? words : ['console', ...words])], {}, (_error, _given, output) => {
    answers = output;
  });
  return answers;
};
