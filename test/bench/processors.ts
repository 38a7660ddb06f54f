import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import type { Command } from './child.ts';

/** A command kept on one processor, by taskset(1); null: wherever the system puts it. */
export const keptOn = (processor: number | null, command: Command): Command =>
  processor === null ? command : ['taskset', '--cpu-list', `${processor}`, ...command];

/**
 * The processors that a program can be kept on, by their numbers; none where the system has no taskset, or one processor
 * alone.
 */
export const findProcessors = (): readonly number[] => {
  const usable = cpus().flatMap((_, number) => {
    const [program, ...args] = keptOn(number, ['true']);
    return spawnSync(program, args).status === 0 ? [number] : [];
  });
  return usable.length > 1 ? usable : [];
};
