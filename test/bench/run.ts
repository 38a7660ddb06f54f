/**
 * The whole comparison side by side, in one run: `npm run bench`. Prints one table of ratios to stdout, in Markdown, and
 * what it is doing to stderr. Ends with status 1 where a server lost or altered a byte that promises not to.
 */
import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { benchItself, type Generator, generatorInC } from './load.ts';
import { describeMachine, findPinning, thisMachine, unpinned } from './machine.ts';
import { findPeers, type Peer } from './peers.ts';
import { compile } from './programs/compile.ts';
import { compare, type Pairing } from './ratios.ts';
import { method, placement, repetition, table, trials } from './report.ts';
import { type Conditions, runRounds } from './rounds.ts';
import { readSettings, type Settings, usage } from './settings.ts';
import { type Workload, workloadsOf } from './workloads.ts';

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

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

interface Outcome {
  readonly workload: Workload;
  readonly peers: readonly Peer[];
  readonly passes: (readonly Pairing[])[];
}

/** Null where it could not be compiled, which was told. */
const startGenerator = ({ generator }: Settings): Generator | null => {
  if (generator === 'bench') return benchItself;
  const { binary, missing } = compile('load');
  if (missing !== null) tell(`--generator c: ${missing}`);
  return missing === null ? generatorInC(binary) : null;
};

const run = async (settings: Settings, generator: Generator): Promise<number> => {
  const { effort, isQuick } = settings;
  const pinning = settings.isPinned ? findPinning() : unpinned('--unpinned');
  tell(placement(pinning));
  const leftOut = field.absent.map(({ title, why }) => `${title}: ${why}`);
  const wanted = field.peers.filter(({ name, isUsual }) =>
    settings.peers.length === 0 ? isUsual || isQuick : settings.peers.includes(name),
  );
  const outcomes = workloadsOf(generator)
    .filter(({ name }) => settings.workloads.length === 0 || settings.workloads.includes(name))
    .map((workload): Outcome => {
      const speaking = wanted.filter((peer) => peer[workload.transport] !== null);
      for (const peer of speaking) {
        const why = workload.without(peer);
        if (why !== null) leftOut.push(`${peer.name} with ${workload.name}: ${why}`);
      }
      return { workload, peers: speaking.filter((peer) => workload.without(peer) === null), passes: [] };
    });
  for (const rounds of [Math.ceil(effort.rounds / 2), Math.floor(effort.rounds / 2)]) {
    const conditions: Conditions = { effort: { ...effort, rounds }, pinning, tell, over: over.signal };
    for (const { workload, peers, passes } of rounds === 0 ? [] : outcomes)
      if (!over.signal.aborted) passes.push(await runRounds(workload, field.ours, peers, conditions));
  }
  const comparisons = outcomes.flatMap(({ workload, passes }) => compare(workload, passes));
  if (settings.json !== null) {
    const measured = outcomes.map(({ workload, passes }) => ({ workload: workload.name, passes }));
    const { generator: load } = settings;
    const all = {
      time: new Date(),
      machine: thisMachine(),
      pinning,
      generator: load,
      effort,
      measured,
      comparisons,
      leftOut,
    };
    writeFileSync(settings.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  const busy = outcomes
    .flatMap(({ passes }) => passes.flat().flatMap(({ rounds }) => rounds))
    .filter((it) => !it.quiet);
  const lines = isQuick
    ? [
        ...outcomes.flatMap(({ workload, passes }) => passes.flatMap((pairings) => trials(workload.name, pairings))),
        ...leftOut.map((what) => `left out - ${what}`),
      ]
    : [
        table(comparisons),
        '',
        `${describeMachine(thisMachine())}. ${placement(pinning)}`,
        method(
          effort,
          outcomes.map(({ workload }) => workload),
          settings.generator,
        ),
        'A ratio is ours by theirs, the median of the rounds’ own ratios, each the geometric mean of its two pairs; the range is',
        'that of all rounds, `apart` how far the two passes differ. Errors, ours : theirs, are replies that were lost, altered or',
        'never came, in all rounds.',
        repetition(comparisons),
        ...(busy.length === 0 ? [] : [`${busy.length} rounds began on a machine that others kept busy.`]),
        '',
        ...(leftOut.length === 0 ? [] : [`Left out: ${leftOut.join('; ')}.`]),
      ];
  process.stdout.write(`${lines.join('\n')}\n`);
  const mistakes = outcomes.flatMap(mistakesOf);
  for (const mistake of mistakes) tell(mistake);
  return mistakes.length === 0 ? 0 : 1;
};

/** What must not happen, whatever the figures are. */
const mistakesOf = ({ workload, peers, passes }: Outcome): readonly string[] =>
  passes.flat().flatMap(({ peer, rounds }) => {
    const isFaithful = peers.find(({ name }) => name === peer.name)?.isFaithful === true;
    const pairs = rounds.flatMap((round) => round.pairs);
    const samples = pairs.flatMap(({ ours, theirs }) => [
      ['serve', ours] as const,
      ...(isFaithful ? [[peer.name, theirs] as const] : []),
    ]);
    return samples
      .filter(([, sample]) => sample === null || sample.errors > 0)
      .map(([name, sample]) => `${workload.name}: ${name}: ${sample === null ? 'failed' : `${sample.errors} errors`}`);
  });

const settingsOf = (): Settings | null => {
  try {
    return readSettings(process.argv.slice(2), {
      workloads: workloadsOf(benchItself).map(({ name }) => name),
      peers: field.peers.map(({ name }) => name),
    });
  } catch (error) {
    tell(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return null;
  }
};

const field = findPeers(compile('echo'));
const settings = settingsOf();
const generator = settings === null ? null : startGenerator(settings);
if (settings === null || generator === null) process.exitCode = 2;
else {
  const status = await run(settings, generator);
  // What is still under way where it was cut short is not waited for.
  process.exit(process.exitCode ?? status);
}
