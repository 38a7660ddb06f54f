import { parse } from './options.ts';

/** Runs one command line, without the program's own two words, and resolves to the exit status. */
export const main = async (args: readonly string[]): Promise<number> => {
  const invocation = parse(args);
  switch (invocation.command) {
    case 'console': {
      // Ink and React take ten times as long to load as everything else: only for those who will see them.
      const { runConsole } = await import('./console.tsx');
      return runConsole(invocation);
    }
    case 'print':
      process.stdout.write(`${invocation.text}\n`);
      return 0;
    case 'mistake':
      process.stderr.write(`echoscope: ${invocation.message} (see echoscope --help)\n`);
      return 2;
    default:
      return invocation satisfies never;
  }
};
