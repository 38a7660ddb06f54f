import { nearest } from '../text/nearest.ts';
import { Mistake } from './mistake.ts';

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
