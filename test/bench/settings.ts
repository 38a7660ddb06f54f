import { parseArgs } from 'node:util';

/** `echoscope bench`, or one in C that costs less than the servers. */
const generators = ['bench', 'c'] as const;
export type GeneratorName = (typeof generators)[number];

/** How much is measured. */
export interface Effort {
  /** Rounds that count. The first half belongs to the first pass, the others to the second. */
  readonly rounds: number;
  /** How long one server is under load in a round, in two slices. */
  readonly seconds: number;
  /** Load on each new server before its first round: V8 compiles what is hot while it runs. */
  readonly warmUpSeconds: number;
  /** Whether each round waits until the machine has nothing else to do. */
  readonly waits: boolean;
  /** The part of the connections that is opened where there are many of them. */
  readonly crowd: number;
}

/** What a run is to do. */
export interface Settings {
  readonly effort: Effort;
  readonly generator: GeneratorName;
  /** Every way is tried once, for correctness: figures of so short a time say nothing. */
  readonly isQuick: boolean;
  readonly isPinned: boolean;
  /** Names of workloads; empty: all of them. */
  readonly workloads: readonly string[];
  /** Names of peers; empty: the usual ones. */
  readonly peers: readonly string[];
  /** A file for programs to read, null for none. */
  readonly json: string | null;
}

const full: Effort = { rounds: 8, seconds: 0.5, warmUpSeconds: 1, waits: true, crowd: 1 };
const quick: Effort = { rounds: 1, seconds: 0.3, warmUpSeconds: 0, waits: false, crowd: 0.1 };

export const usage = `npm run bench -- [options]

  --only WORK     this workload alone; may be repeated
  --peer NAME     ours and this peer alone; may be repeated
  --generator G   what makes the load: bench, or c, a generator in C for which the server is the limit (bench)
  --rounds N      rounds that count (${full.rounds})
  --seconds S     load on one server in one round (${full.seconds})
  --unpinned      the system chooses the cores
  --quick         tries every way for a moment and prints no figures
  --json FILE     also writes what it found, for programs
`;

/** Reads the command line. Throws an error whose message is for people. */
export const readSettings = (
  args: readonly string[],
  known: Record<'workloads' | 'peers', readonly string[]>,
): Settings => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      peer: { type: 'string', multiple: true, default: [] },
      generator: { type: 'string', default: 'bench' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      unpinned: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const effort = values.quick ? quick : full;
  return {
    effort: {
      ...effort,
      rounds: positive('rounds', values.rounds ?? effort.rounds),
      seconds: positive('seconds', values.seconds ?? effort.seconds),
    },
    generator: generatorOf(values.generator),
    isQuick: values.quick,
    isPinned: !values.unpinned,
    workloads: chosen('only', values.only, known.workloads),
    peers: chosen('peer', values.peer, known.peers),
    json: values.json ?? null,
  };
};

const generatorOf = (name: string): GeneratorName => {
  const found = generators.find((generator) => generator === name);
  if (found === undefined) throw new Error(`--generator: there is no ${name}; there are ${generators.join(', ')}`);
  return found;
};

const positive = (name: string, value: string | number): number => {
  const number = Number(value);
  if (!(number > 0) || (name === 'rounds' && !Number.isInteger(number)))
    throw new Error(`--${name}: ${value} is no such number`);
  return number;
};

const chosen = (option: string, names: readonly string[], known: readonly string[]): readonly string[] => {
  for (const name of names) {
    if (!known.includes(name)) throw new Error(`--${option}: there is no ${name}; there are ${known.join(', ')}`);
  }
  return names;
};
