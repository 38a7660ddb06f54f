import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, release, type } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { hasProgram } from '../support/program.ts';
import type { Command } from './child.ts';

/** What the figures were taken on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
}

export const thisMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'an unknown processor',
  cores: availableParallelism(),
  kernel: `${type()} ${release()}`,
  node: process.version,
});

export const describeMachine = ({ cpu, cores, kernel, node }: Machine): string =>
  `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${kernel}, Node ${node}`;

/** The cores that server and load are pinned to, by their numbers. */
export interface Placement {
  readonly server: number;
  readonly load: number;
}

/** The two placements of a round, null where the system chooses; `why` it does is null where both are pinned. */
export type Pinning =
  | { readonly placements: readonly [Placement, Placement]; readonly why: null }
  | { readonly placements: readonly [null, null]; readonly why: string };

export const unpinned = (why: string): Pinning => ({ placements: [null, null], why });

/**
 * One core for the server and one for the load, then the other way round: of two cores of a virtual machine one may be half
 * as fast as the other, so either placement alone is biased (connections of `bench` to the echo in C: 11,000/s and 5,400).
 */
export const findPinning = (): Pinning => {
  if (!hasProgram('taskset')) return unpinned('no taskset');
  const [first, second] = cpus()
    .map((_, core) => core)
    .filter((core) => {
      const [program, ...args] = onCore(core, ['true']);
      return spawnSync(program, args).status === 0;
    });
  if (first === undefined || second === undefined) return unpinned('one core');
  return {
    placements: [
      { server: first, load: second },
      { server: second, load: first },
    ],
    why: null,
  };
};

/** A command that runs on one core, with all that it starts. */
export const onCore = (core: number | null, command: Command): Command =>
  core === null ? command : ['taskset', '--cpu-list', `${core}`, ...command];

/** Moves all threads of a process to one core. What it starts afterwards stays there too. */
export const moveToCore = (core: number, pid: number): void => {
  const [program, ...args]: Command = ['taskset', '--all-tasks', '--cpu-list', '--pid', `${core}`, `${pid}`];
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`taskset: ${stderr.trim()}`);
};

/** The part of the machine that may be at work while it counts as quiet. */
const quietShare = 0.15;
const lookMs = 100;
/** How long quiet is waited for, ms. */
const patienceMs = 1000;

/**
 * Waits until the machine has nothing else to do, since a figure taken beside a compiler says more of the compiler.
 * Resolves to false where it stays busy: what is measured then is better measured again.
 */
export const becomesQuiet = async (): Promise<boolean> => {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookMs) {
    const before = spent();
    await delay(lookMs);
    const after = spent();
    if (after.busy - before.busy <= quietShare * (after.all - before.all)) return true;
  }
  return false;
};

/** Time of all cores since they were started, ms. */
const spent = (): { readonly busy: number; readonly all: number } => {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const used = times.user + times.nice + times.sys + times.irq;
    busy += used;
    all += used + times.idle;
  }
  return { busy, all };
};
