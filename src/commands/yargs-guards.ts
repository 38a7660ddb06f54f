import type { Options } from 'yargs';
import { nearest } from '../text/nearest.ts';

/** Something on the command line that only its author can put right. */
export class Mistake extends Error {}

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

/** Throws a Mistake for the first option that a command does not have, with the one that was probably meant. */
export const refuseUnknown = (given: object, options: object): void => {
  // What yargs adds, and the words of the commands.
  const ours = ['_', '--', '$0', 'h', 'v', 'endpoint', 'message', 'shell'];
  const known = [...Object.keys(options), 'help', 'version'];
  const unknown = Object.keys(given).find((key) => ![...ours, ...known].includes(key));
  if (unknown === undefined) return;
  const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);
  const meant = nearest(unknown, known);
  throw new Mistake(
    `${dashed(unknown)} is not an option; ${meant === undefined ? 'leave it out' : `did you mean ${dashed(meant)}?`}`,
  );
};
