/** The middle of some figures, of an even number the mean of the two in the middle. Throws where there is none. */
export const median = (figures: readonly number[]): number => {
  const sorted = figures.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new Error('no figures');
  return (low + high) / 2;
};

/** A ratio as the rounds show it. */
export interface Ratio {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/**
 * Ours by theirs, round by round: figures of one round were taken within seconds of each other, and a machine that others
 * use as well drifts over minutes. A round that one of the two did not finish has none, and neither has one in which both
 * did nothing; where theirs alone did nothing, ours is ahead without bound. Null where no round is left.
 */
export const ratioOf = (ours: readonly (number | null)[], theirs: readonly (number | null)[]): Ratio | null => {
  const ratios = ours.flatMap((own, round) => {
    const other = theirs[round] ?? null;
    return own === null || other === null || (own === 0 && other === 0) ? [] : [own / other];
  });
  if (ratios.length === 0) return null;
  return { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) };
};
