import type { GeneratorName } from './settings.ts';
import type { Effort, Work } from './work.ts';

/** How the figures of these workloads were taken, and with which load generator, for people. */
export const method = (
  { rounds, seconds, warmUpSeconds, processors }: Effort,
  works: readonly Work[],
  generator: GeneratorName,
): string => {
  const fresh = works.filter(({ isFresh }) => isFresh).map(({ title }) => title);
  const parts = [
    ...(generator === 'c' ? ['The load generator in C'] : []),
    `${rounds} rounds of ${seconds} s for each`,
    'taken in turn',
    ...(processors.length > 0 ? ['the generator on one processor after the other from round to round'] : []),
    ...(fresh.length < works.length ? [`after at least ${warmUpSeconds} s to get warm`] : []),
    ...(fresh.length > 0 ? [`with a new server in each round of ${fresh.join(', ')}`] : []),
  ];
  return `${parts.join(', ')}; medians.`;
};
