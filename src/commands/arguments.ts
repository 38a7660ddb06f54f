import { EndpointError, parseEndpoint } from '../text/endpoint.ts';
import { nearest } from '../text/nearest.ts';
import { printable } from '../text/printable.ts';
import type { Command, Words } from './command.ts';
import { UsageError } from './usage-error.ts';

/**
 * A command line, taken apart. yargs is given the options alone: among words it would take `help` for a command and `true`
 * for the value of a flag, it makes options of words by the name of their place, and drops words of dashes alone.
 */
export interface Arguments {
  readonly command: Command;
  /** Whether the command was named, or meant because none was. */
  readonly isNamed: boolean;
  readonly asks: 'help' | 'version' | null;
  readonly options: readonly GivenOption[];
  readonly words: Words;
}

/** An option as it was typed, dashes included. */
interface GivenOption {
  readonly option: string;
  readonly value: string | undefined;
}

/** No option is a number or has dashes alone: those are words. */
const isOption = (arg: string): boolean => arg.startsWith('-') && !/^(?:-+|-\d+(?:\.\d+)?|-\.\d+)$/.test(arg);

/** Options and words of a command line without `--`. `takesValue`: whether the next word is the option's value. */
const split = (args: readonly string[], takesValue: (option: string) => boolean) => {
  const options: GivenOption[] = [];
  const words: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const next = args[at + 1];
    const [, option = arg, value] = /^(-+[^-=][^=]*)=(.*)$/s.exec(arg) ?? [];
    if (!isOption(arg)) words.push(arg);
    else if (value !== undefined || next === undefined || isOption(next) || !takesValue(option))
      options.push({ option, value });
    else {
      options.push({ option, value: next });
      at += 1;
    }
  }
  return { options, words };
};

const questions = [
  { asks: 'help', options: ['-h', '--help'] },
  { asks: 'version', options: ['-v', '--version'] },
] as const;

/** The help, as a word where a command may stand. */
const helpWord = 'help';

/** A first word that is neither a command nor an endpoint, but much like a command. */
const refuseNearMiss = (word: string, names: readonly string[]): void => {
  const meant = nearest(word.toLowerCase(), names);
  if (meant === undefined) return;
  try {
    parseEndpoint(word);
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    throw new UsageError(`"${printable(word)}" is neither a command nor an endpoint; did you mean ${meant}?`);
  }
};

/**
 * Takes a command line apart. The first of the commands is meant where none is named; an option may stand before the
 * name. Throws a UsageError.
 */
export const takeApart = (args: readonly string[], commands: readonly [Command, ...Command[]]): Arguments => {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const valued = commands.flatMap(({ options }) => options.flatMap(({ name, isFlag }) => (isFlag ? [] : `--${name}`)));
  const { options, words } = split(args.slice(0, end), (option) => valued.includes(option));
  const isHelp = words[0] === helpWord;
  if (isHelp) words.shift();
  const [word] = words;
  const named = commands.find(({ name }) => name === word);
  if (named !== undefined) words.shift();
  else if (word !== undefined) {
    const names = commands.map(({ name }) => name);
    refuseNearMiss(word, [...names, helpWord]);
    if (isHelp) throw new UsageError(`'${printable(word)}' is not a command; there are ${names.join(', ')}`);
  }
  const asked = questions.find((question) =>
    options.some(({ option, value }) => value === undefined && question.options.some((name) => name === option)),
  );
  return {
    command: named ?? commands[0],
    isNamed: named !== undefined,
    asks: isHelp ? 'help' : (asked?.asks ?? null),
    options,
    words: { words: [...words, ...args.slice(end + 1)], hasDash: words.includes('-') },
  };
};

/** Options as yargs takes them, each of which the command has. `all` are all commands. Throws a UsageError. */
export const yargsArguments = ({ options, command }: Arguments, all: readonly Command[]): readonly string[] =>
  options.map(({ option, value }) => {
    const known = command.options.find(({ name }) => option === `--${name}`);
    if (known === undefined)
      throw new UsageError(`${printable(option)} is not an option; ${adviceFor(option, command, all)}`);
    // yargs takes any value of a flag but `true` for false.
    if (known.isFlag && value !== undefined && value !== 'true' && value !== 'false')
      throw new UsageError(`${option} is given or left out; it takes no value '${printable(value)}'`);
    if (!known.isFlag && value === undefined) throw new UsageError(`${option} needs a value`);
    return value === undefined ? option : `${option}=${value}`;
  });

const adviceFor = (option: string, { options, positional }: Command, all: readonly Command[]): string => {
  const name = option.replace(/^-+/, '');
  if (name === positional?.name) return `write the ${name} without it`;
  const meant = nearest(name, [...options.map((known) => known.name), 'help', 'version']);
  if (meant !== undefined) return `did you mean --${meant}?`;
  const isOfAnother = all.some((command) => command.options.some((known) => option === `--${known.name}`));
  return positional?.isFreeText && !isOfAnother ? 'put words that begin with a dash after --' : 'leave it out';
};
