import { parse } from '../../src/commands/command-line.ts';

/** A command line as it was read: the command with its options, a text to print, or what is wrong. */
export const parsed = (args: readonly string[]): object => {
  const invocation = parse(args);
  return invocation.type === 'run' ? { command: invocation.command, ...invocation.options } : invocation;
};

/** What a command line has printed: `--help`, `--version`. */
export const printed = (...args: readonly string[]): string => {
  const invocation = parse(args);
  if (invocation.type !== 'print') throw new Error(`nothing to print: ${JSON.stringify(invocation)}`);
  return invocation.text;
};
