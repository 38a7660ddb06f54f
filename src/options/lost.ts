import type { Options } from 'yargs';
import { Mistake } from './mistake.ts';

/** What the user typed before `--`: behind it all is words. */
export const beforeDashes = (args: readonly string[]): readonly string[] =>
  args.includes('--') ? args.slice(0, args.indexOf('--')) : args;

/** Throws a Mistake for a flag with a value that is neither true nor false: yargs would take any for false. */
export const refuseFlagValues = (args: readonly string[], options: Readonly<Record<string, Options>>): void => {
  for (const word of beforeDashes(args)) {
    const [, name = '', value = ''] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    if (options[name]?.type === 'boolean' && value !== 'true' && value !== 'false')
      throw new Mistake(`--${name} is given or left out; it takes no value '${value}'`);
  }
};

/** yargs loses a lone dash among endpoints: the server would listen elsewhere than was asked. */
export const refuseDash = (args: readonly string[]): void => {
  if (beforeDashes(args).includes('-'))
    throw new Mistake('- is not an endpoint; write [tcp://|udp://][host]:port, :port or port');
};
