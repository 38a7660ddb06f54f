import type { Effort, Work } from './work.ts';

/** How the figures of these workloads were taken, for people. */
export const method = ({ rounds, seconds, warmUpSeconds, processors }: Effort, works: readonly Work[]): string => {
  const fresh = works.filter(({ isFresh }) => isFresh).map(({ title }) => title);
  const parts = [
    `${rounds} rounds of ${seconds} s for each`,
    'taken in turn',
    ...(processors.length > 0 ? ['the generator on one processor after the other from round to round'] : []),
    ...(fresh.length < works.length ? [`after at least ${warmUpSeconds} s to get warm`] : []),
    ...(fresh.length > 0 ? [`with a new server in each round of ${fresh.join(', ')}`] : []),
  ];
  return `${parts.join(', ')}; medians.`;
};
