import type { PositionalOptions, Options as YargsOptions } from 'yargs';

/** One option of a command. */
export interface Option<Value> {
  /** Without the dashes. */
  readonly name: string;
  readonly describe: string;
  readonly choices?: readonly string[];
  /** `read` makes the value of it, as of what was typed. */
  readonly default: unknown;
  /** The default as the help shows it. */
  readonly defaultDescription?: string;
  /** A flag takes no value. */
  readonly isFlag?: true;
  /** Makes the value of what yargs gives. Throws a UsageError, which calls the option `shown`. */
  readonly read: (given: unknown, shown: string) => Value;
}

/** Options by the names that the code has for them: the compiler names one that is missing, or has another type. */
export type OptionTable<Values> = { readonly [Key in keyof Values]: Option<Values[Key]> };

/** What was typed besides the command and its options. */
export interface Words {
  readonly words: readonly string[];
  /** Whether `-` is one of those before `--`, where it is no text: many programs mean stdin by it. */
  readonly hasDash: boolean;
}

/** The words that a command takes, as its help shows them. */
interface Positional extends Pick<PositionalOptions, 'array' | 'choices' | 'default' | 'describe' | 'type'> {
  readonly name: string;
  readonly defaultDescription?: string;
  /** They may be anything, and begin with a dash. */
  readonly isFreeText?: true;
}

interface Definition<Values, Input> {
  readonly name: string;
  readonly describe: string;
  /** The help starts with them; with those of the console where there are none. */
  readonly examples?: string;
  readonly positional?: Positional;
  readonly options: OptionTable<Values>;
  /** Throws a UsageError for what does not go together. */
  readonly read: (values: Values, words: Words) => Input;
  /** Resolves to the exit status. It imports what it needs, so that a start loads one command only. */
  readonly run: (input: Input) => Promise<number>;
}

/** A command with what it was given. */
export interface Run {
  readonly type: 'run';
  readonly command: string;
  readonly options: object;
  readonly run: () => Promise<number>;
}

/** A command, whatever its options are. */
export interface Command extends Pick<Definition<object, object>, 'name' | 'describe' | 'examples' | 'positional'> {
  readonly options: readonly Option<unknown>[];
  /** `given` has the value of each option by its name. */
  readonly read: (given: Readonly<Record<string, unknown>>, words: Words) => Run;
}

export const defineCommand = <Values extends object, Input extends object>(
  definition: Definition<Values, Input>,
): Command => {
  const table = Object.entries<Option<unknown>>(definition.options);
  return {
    ...definition,
    options: table.map(([, option]) => option),
    read: (given, words) => {
      // OptionTable has checked the type of each: it is what the option's own `read` returns.
      const values = Object.fromEntries(
        table.map(([key, { name, read }]) => [key, read(given[name], `--${name}`)]),
      ) as Values;
      const options = Object.freeze(definition.read(values, words));
      return { type: 'run', command: definition.name, options, run: () => definition.run(options) };
    },
  };
};

/** The options of a command as yargs takes them. */
export const yargsOptions = ({ options }: Command): Record<string, YargsOptions> =>
  Object.fromEntries(
    options.map(({ name, read, isFlag = false, ...option }) => {
      const kind = isFlag ? ({ type: 'boolean' } as const) : {};
      // Checked before yargs compares it with the choices, whose message would be its own.
      const check = (given: unknown) => {
        read(given, `--${name}`);
        return given;
      };
      return [name, { ...option, ...kind, coerce: check }];
    }),
  );
