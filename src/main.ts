import { pipeline } from 'node:stream/promises';
import { parse } from './commands/command-line.ts';
import { printError } from './commands/stderr.ts';

/** Prints and resolves to the exit status. A reader who leaves early (`| head`) has read enough: no failure. */
const print = async (text: string): Promise<number> => {
  try {
    await pipeline([`${text}\n`], process.stdout, { end: false });
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'EPIPE') return 0;
    printError(`cannot write the output: ${error.message}`);
    return 1;
  }
};

/** Runs one command line, without the program's own two words, and resolves to the exit status. */
export const main = async (args: readonly string[]): Promise<number> => {
  // What is said to people may find no reader (EPIPE) or no room (ENOSPC): the exit status tells all the same.
  process.stderr.on('error', () => undefined);
  const invocation = parse(args);
  switch (invocation.command) {
    case 'console': {
      // Ink and React take ten times as long to load as everything else: only for those who will see them.
      const { runConsole } = await import('./commands/console/run.ts');
      return runConsole(invocation);
    }
    case 'serve': {
      const { runServe } = await import('./commands/serve/run.ts');
      return runServe(invocation);
    }
    case 'send': {
      const { runSend } = await import('./commands/send/run.ts');
      return runSend(invocation);
    }
    case 'bench': {
      const { runBench } = await import('./commands/bench/run.ts');
      return runBench(invocation);
    }
    case 'print':
      return print(invocation.text);
    case 'mistake':
      printError(`${invocation.message} (see echoscope --help)`);
      return 2;
    default:
      return invocation satisfies never;
  }
};
