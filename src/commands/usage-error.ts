import { printable } from '../text/printable.ts';

/** An error in the command line, for its author to correct. */
export class UsageError extends Error {}

/** A command line must not be taken for another one: words that a command has no place for are a mistake. */
export const refuseSpareWords = ([first]: readonly string[], advice: string): void => {
  if (first !== undefined) throw new UsageError(`'${printable(first)}' is one word too many; ${advice}`);
};
