import yargs from 'yargs';
import { defineCommand } from '../command.ts';
import { readChoice } from '../option-values.ts';
import { print } from '../output.ts';
import { refuseSpareWords } from '../yargs-guards.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const readShell = readChoice(shells);

/** The script that teaches a shell to complete our command lines. */
const completionScript = (shell: Shell): string => {
  let script = '';
  // yargs writes for the shell that SHELL names, and takes no other word for it.
  process.env.SHELL = shell;
  yargs()
    .scriptName('echoscope')
    .completion('completion')
    .parse(['completion'], {}, (_error, _given, output) => {
      script = output;
    });
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
    coerce: (given) => (given === undefined ? undefined : readShell(given, 'shell')),
  },
  options: {},
  read: (_, { words: [word], spare }) => {
    refuseSpareWords(spare, 'completion takes one shell');
    const named = word ?? shells.find((shell) => process.env.SHELL?.endsWith(shell));
    return { shell: named === undefined ? 'bash' : readShell(named, 'shell') };
  },
  run: ({ shell }) => print(completionScript(shell)),
});
