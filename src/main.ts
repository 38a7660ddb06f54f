import { parse } from './commands/command-line.ts';
import { print } from './commands/output.ts';
import { isHangUpIgnored } from './commands/signals.ts';
import { printError } from './commands/stderr.ts';

/** Runs one command line, without the program's own two words, and resolves to the exit status. */
export const main = async (args: readonly string[]): Promise<number> => {
  // A message on stderr may find no reader (EPIPE) or no room (ENOSPC): the exit status is there all the same.
  process.stderr.on('error', () => undefined);
  if (isHangUpIgnored()) process.on('SIGHUP', () => undefined);
  const invocation = parse(args);
  switch (invocation.type) {
    case 'run':
      return invocation.run();
    case 'print':
      return print(invocation.text);
    case 'usage-error':
      printError(`${invocation.message} (see echoscope --help)`);
      return 2;
    default:
      return invocation satisfies never;
  }
};
