import { availableParallelism, cpus, release, type } from 'node:os';

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

export const describe = ({ cpu, cores, kernel, node }: Machine): string =>
  `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${kernel}, Node ${node}`;
