import { nearest } from '../text/nearest.ts';
import type { Command } from './command.ts';

/** An error in the command line, for its author to correct. */
export class UsageError extends Error {}

/** yargs knows only whether an option is unknown; this names the first one, and the one that was probably meant. */
export const refuseUnknown = (given: object, { options, positional }: Command): void => {
  const known = [...options.map(({ name }) => name), 'help', 'version'];
  const fromYargs = ['_', '--', '$0', 'h', 'v', positional?.name];
  const unknown = Object.keys(given).find((key) => !fromYargs.includes(key) && !known.includes(key));
  if (unknown === undefined) return;
  const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);
  const meant = nearest(unknown, known);
  throw new UsageError(
    `${dashed(unknown)} is not an option; ${meant === undefined ? 'leave it out' : `did you mean ${dashed(meant)}?`}`,
  );
};

/** To yargs a positional word is an option as well, by its name: no help shows that. */
export const refusePositionalNames = (typed: readonly string[], { positional }: Command): void => {
  const name = positional?.name;
  if (typed.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)))
    throw new UsageError(`--${name} is not an option; write the ${name} without it`);
};

/** yargs takes any value of a flag but `true` for false. */
export const refuseFlagValues = (typed: readonly string[], { options }: Command): void => {
  for (const word of typed) {
    const [, flag, value = ''] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    if (options.some(({ name, isFlag }) => isFlag && name === flag) && value !== 'true' && value !== 'false')
      throw new UsageError(`--${flag} is given or left out; it takes no value '${value}'`);
  }
};

/** yargs drops a lone dash among positional words: something else would happen than was asked. */
export const refuseDash = (typed: readonly string[], message: string): void => {
  if (typed.includes('-')) throw new UsageError(message);
};

/** yargs ignores words that a command has no place for. */
export const refuseSpareWords = ([first]: readonly string[], advice: string): void => {
  if (first !== undefined) throw new UsageError(`'${first}' is one word too many; ${advice}`);
};
