/**
 * The whole comparison side by side, in one run: `npm run bench`. Prints one table of ratios to stdout, in Markdown, and
 * what it is doing to stderr. Ends with status 1 where a server lost or altered a byte that promises not to.
 */
import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { type Comparison, compare } from './comparison.ts';
import { compile } from './compiled.ts';
import { benchItself, type Generator, generatorInC } from './load.ts';
import { describe, thisMachine } from './machine.ts';
import { method } from './method.ts';
import { type Absent, findPeers, type Peer } from './peer.ts';
import { findProcessors } from './processors.ts';
import { runRounds, type Series } from './rounds.ts';
import { readSettings, type Settings, usage } from './settings.ts';
import { table } from './table.ts';
import type { Effort, Work } from './work.ts';
import { worksOf } from './works.ts';

// Whoever cuts it short has what there is; the second time, nothing. What was started ends with the process (child.ts).
const over = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    const status = 128 + constants.signals[name];
    if (over.signal.aborted) process.exit(status);
    process.exitCode = status;
    over.abort();
  });
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

interface Outcome {
  readonly work: Work;
  readonly all: readonly Series[];
}

/** Null where it could not be compiled, which was told. */
const startGenerator = ({ generator }: Settings): Generator | null => {
  if (generator === 'bench') return benchItself;
  const { binary, missing } = compile('load');
  if (missing !== null) say(`--generator c: ${missing}`);
  return missing === null ? generatorInC(binary) : null;
};

const run = async (
  settings: Settings,
  generator: Generator,
  peers: readonly Peer[],
  absent: readonly Absent[],
): Promise<number> => {
  const outcomes: Outcome[] = [];
  const effort = { ...settings.effort, processors: settings.isQuick ? [] : findProcessors() };
  const leftOut = absent.map(({ title, why }) => `${title}: ${why}`);
  for (const work of worksOf(generator)) {
    if (over.signal.aborted || (settings.works.length > 0 && !settings.works.includes(work.name))) continue;
    const speaking = peers.filter((peer) => peer[work.transport] !== null);
    const taking = speaking.filter((peer) => work.without(peer) === null);
    for (const peer of speaking) {
      const why = work.without(peer);
      if (why !== null) leftOut.push(`${peer.title} with ${work.title}: ${why}`);
    }
    outcomes.push({ work, all: await runRounds(work, taking, effort, say, over.signal) });
  }
  const comparisons = outcomes.flatMap(({ work, all }) => compare(work, all));
  if (settings.json !== null) writeFileSync(settings.json, json(settings, effort, outcomes, comparisons, leftOut));
  const mistakes = outcomes.flatMap(mistakesOf);
  process.stdout.write(
    settings.isQuick ? trial(outcomes, leftOut) : report(settings, effort, outcomes, comparisons, leftOut),
  );
  for (const mistake of mistakes) say(mistake);
  return mistakes.length === 0 ? 0 : 1;
};

/** What must not happen, whatever the figures are. */
const mistakesOf = ({ work, all }: Outcome): readonly string[] =>
  all
    .filter(({ peer }) => peer.isFaithful)
    .flatMap(({ peer, samples }) =>
      samples
        .filter((sample) => sample === null || sample.errors > 0)
        .map((sample) => `${work.name}: ${peer.name}: ${sample === null ? 'failed' : `${sample.errors} errors`}`),
    );

const report = (
  { generator }: Settings,
  effort: Effort,
  outcomes: readonly Outcome[],
  comparisons: readonly Comparison[],
  leftOut: readonly string[],
): string => {
  const busy = outcomes.flatMap(({ all }) => all.flatMap(({ samples }) => samples)).filter((it) => it?.quiet === false);
  return [
    table(comparisons),
    '',
    `${describe(thisMachine())}. ${method(
      effort,
      outcomes.map(({ work }) => work),
      generator,
    )}`,
    'A ratio is ours by theirs, the median of the rounds’ own ratios; the range is that of all rounds. Errors, ours : theirs,',
    'are replies that were lost, altered or never came, in all rounds.',
    ...(busy.length === 0 ? [] : [`${busy.length} figures were taken on a machine that others kept busy.`]),
    '',
    ...(leftOut.length === 0 ? [] : [`Left out: ${leftOut.join('; ')}.`, '']),
  ].join('\n');
};

const trial = (outcomes: readonly Outcome[], leftOut: readonly string[]): string => {
  const lines = outcomes.flatMap(({ work, all }) =>
    all.map(({ peer, samples }) => {
      const failures = samples.filter((sample) => sample === null).length;
      const errors = samples.reduce((sum, sample) => sum + (sample?.errors ?? 0), 0);
      const isWell = failures === 0 && errors === 0;
      const what = `${work.name}: ${peer.name}`;
      return isWell ? `ok - ${what}` : `not ok - ${what}: ${failures} failed, ${errors} errors`;
    }),
  );
  return [...lines, ...leftOut.map((what) => `left out - ${what}`), ''].join('\n');
};

const json = (
  { generator }: Settings,
  effort: Effort,
  outcomes: readonly Outcome[],
  comparisons: readonly Comparison[],
  leftOut: readonly string[],
): string => {
  const measured = outcomes.map(({ work, all }) => ({
    work: work.name,
    peers: all.map(({ peer, samples }) => ({ peer: peer.name, samples })),
  }));
  return `${JSON.stringify({ time: new Date(), machine: thisMachine(), generator, effort, measured, comparisons, leftOut }, null, 2)}\n`;
};

const settingsOf = (peers: readonly Peer[]): Settings | null => {
  try {
    return readSettings(process.argv.slice(2), {
      works: worksOf(benchItself).map(({ name }) => name),
      peers: peers.map(({ name }) => name),
    });
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return null;
  }
};

const field = findPeers(compile('echo'));
const settings = settingsOf(field.peers);
const generator = settings === null ? null : startGenerator(settings);
if (settings === null || generator === null) process.exitCode = 2;
else {
  const wanted = ({ name }: Peer): boolean =>
    settings.peers.length === 0 || name === 'serve' || settings.peers.includes(name);
  const status = await run(settings, generator, field.peers.filter(wanted), field.absent);
  // What is still under way where it was cut short is not waited for.
  process.exit(process.exitCode ?? status);
}
