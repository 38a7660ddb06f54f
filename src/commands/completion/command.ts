import yargs from 'yargs';
import { type Command, defineCommand, yargsOptions } from '../command.ts';
import { readChoice } from '../option-values.ts';
import { print } from '../output.ts';
import { refuseSpareWords } from '../usage-error.ts';

/** With this option a completion script asks what may follow; yargs has named it. */
const request = '--get-yargs-completions';

/** Whether a completion script asks what may follow. */
export const isCompletionRequest = (args: readonly string[]): boolean => args[0] === request;

/** What may follow, one to a line, on a command line that a completion script asks about. */
export const completionReply = (
  [asked = request, name = '', ...words]: readonly string[],
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

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const readShell = readChoice(shells);

/** The script that teaches a shell to complete our command lines. */
const completionScript = (shell: Shell): string => {
  const { SHELL } = process.env;
  let script = '';
  // yargs reads the shell from SHELL; there is no parameter for it.
  process.env.SHELL = shell;
  yargs()
    .scriptName('echoscope')
    .completion('completion')
    .parse(['completion'], {}, (_error, _given, output) => {
      script = output;
    });
  if (SHELL === undefined) delete process.env.SHELL;
  else process.env.SHELL = SHELL;
  return script;
};

export const completionCommand = defineCommand<object, { shell: Shell }>({
  name: 'completion',
  describe: 'Print a completion script for bash, zsh or fish',
  positional: {
    name: 'shell',
    describe: 'For which shell',
    choices: shells,
    defaultDescription: 'yours, as SHELL says',
  },
  options: {},
  read: (_, { words: [word, ...spare] }) => {
    refuseSpareWords(spare, 'completion takes one shell');
    const named = word ?? shells.find((shell) => process.env.SHELL?.endsWith(shell));
    return { shell: named === undefined ? 'bash' : readShell(named, 'shell') };
  },
  run: ({ shell }) => print(completionScript(shell)),
});
