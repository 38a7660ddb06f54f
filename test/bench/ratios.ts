import type { PeerName } from './peers.ts';

/** A limit that a figure is to keep. */
export interface Target {
  readonly is: '≥' | '>' | '≤' | '<';
  readonly limit: number;
}

export const atLeast = (limit: number): Target => ({ is: '≥', limit });
export const moreThan = (limit: number): Target => ({ is: '>', limit });
export const atMost = (limit: number): Target => ({ is: '≤', limit });
export const lessThan = (limit: number): Target => ({ is: '<', limit });

export const isMet = ({ is, limit }: Target, figure: number): boolean => {
  switch (is) {
    case '≥':
      return figure >= limit;
    case '>':
      return figure > limit;
    case '≤':
      return figure <= limit;
    case '<':
      return figure < limit;
    default:
      return is satisfies never;
  }
};

/** A figure that comes out of a workload. */
export interface Measure {
  readonly name: string;
  readonly unit: string;
  /** What ours by that of a peer is to be. */
  readonly targets: Readonly<Partial<Record<PeerName, Target>>>;
  /** What ours is to be by itself. */
  readonly own: Target | null;
}

/** What one slice with one server showed: a figure for each measure, by its name. */
export interface Sample {
  readonly figures: Readonly<Record<string, number>>;
  /** Replies that were lost, altered or never came, and connections that failed. */
  readonly errors: number;
}

/** Two slices, one right after the other, with server and load on the same cores; null where a side failed. */
export interface Pair {
  readonly ours: Sample | null;
  readonly theirs: Sample | null;
}

/** One pair for each placement. */
export interface Round {
  readonly pairs: readonly Pair[];
  /** Whether the machine had nothing else to do when it began. */
  readonly quiet: boolean;
}

/** All rounds of ours and one peer with one workload. */
export interface Pairing {
  readonly peer: { readonly name: PeerName; readonly title: string };
  readonly rounds: readonly Round[];
}

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

export const summarize = (ratios: readonly number[]): Ratio | null =>
  ratios.length === 0 ? null : { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) };

/**
 * Ours by theirs in one round: the geometric mean of its pairs' ratios, so that both placements weigh the same. A pair of
 * which one side failed, or in which both did nothing, has no ratio; where theirs alone did nothing, ours is ahead without
 * bound. Null where no pair is left.
 */
export const ratioOfRound = (measure: string, { pairs }: Pick<Round, 'pairs'>): number | null => {
  const ratios = pairs.flatMap(({ ours, theirs }) => {
    const [own, other] = [ours?.figures[measure], theirs?.figures[measure]];
    return own === undefined || other === undefined || (own === 0 && other === 0) ? [] : [own / other];
  });
  return ratios.length === 0 ? null : ratios.reduce((product, ratio) => product * ratio, 1) ** (1 / ratios.length);
};

const ratioOf = (measure: string, rounds: readonly Round[]): Ratio | null =>
  summarize(rounds.flatMap((round) => ratioOfRound(measure, round) ?? []));

/** Two passes agree where their ratios differ by no more than this part. */
const agreement = 0.05;

/** One side of a comparison. */
export interface Side {
  readonly title: string;
  /** The median of its slices, null where it finished none. */
  readonly figure: number | null;
  /** Of all its slices. */
  readonly errors: number;
  /** Slices that it did not finish. */
  readonly failures: number;
}

/** One line of the table. */
export interface Comparison {
  readonly workload: string;
  readonly measure: string;
  readonly unit: string;
  readonly ours: Side;
  /** Null where a figure of ours stands for itself. */
  readonly theirs: Side | null;
  readonly ratio: Ratio | null;
  /** By which part the ratios of the two passes differ; null where there are no two. */
  readonly apart: number | null;
  readonly target: Target | null;
  /** Null where there is no target. What could not be compared has not met it. */
  readonly met: boolean | null;
}

/** The comparisons whose two passes do not agree. */
export const unrepeated = (comparisons: readonly Comparison[]): readonly Comparison[] =>
  comparisons.filter(({ apart }) => apart !== null && apart > agreement);

/** Compares ours with each peer over all passes. */
export const compare = (
  { title, measures }: { readonly title: string; readonly measures: readonly Measure[] },
  passes: readonly (readonly Pairing[])[],
): readonly Comparison[] => {
  const peers = (passes[0] ?? []).map(({ peer }) => peer);
  const all = passes.flat();
  return measures.flatMap(({ name: measure, unit, targets, own }) => {
    const head = { workload: title, measure, unit };
    const side = (pairings: readonly Pairing[], key: keyof Pair, name: string): Side =>
      sideOf(
        name,
        measure,
        pairings.flatMap(({ rounds }) => rounds.flatMap(({ pairs }) => pairs.map((it) => it[key]))),
      );
    const alone = (target: Target): Comparison => {
      const ours = side(all, 'ours', '`serve`');
      return { ...head, ours, theirs: null, ratio: null, apart: null, ...verdict(target, ours.figure) };
    };
    return [
      ...(own === null ? [] : [alone(own)]),
      ...peers.map((peer): Comparison => {
        const byPass = passes.map((pairings) => pairings.filter((it) => it.peer.name === peer.name));
        const pairings = byPass.flat();
        const ratio = ratioOf(
          measure,
          pairings.flatMap(({ rounds }) => rounds),
        );
        return {
          ...head,
          ours: side(pairings, 'ours', '`serve`'),
          theirs: side(pairings, 'theirs', peer.title),
          ratio,
          apart: apartness(
            byPass.map(
              (each) =>
                ratioOf(
                  measure,
                  each.flatMap(({ rounds }) => rounds),
                )?.median ?? null,
            ),
          ),
          ...verdict(targets[peer.name] ?? null, ratio?.median ?? null),
        };
      }),
    ];
  });
};

const sideOf = (title: string, measure: string, samples: readonly (Sample | null)[]): Side => {
  const figures = samples.flatMap((sample) => sample?.figures[measure] ?? []);
  return {
    title,
    figure: figures.length === 0 ? null : median(figures),
    errors: samples.reduce((sum, sample) => sum + (sample?.errors ?? 0), 0),
    failures: samples.filter((sample) => sample === null).length,
  };
};

const apartness = (ratios: readonly (number | null)[]): number | null => {
  const [first = null, second = null] = ratios;
  if (first === null || second === null) return null;
  return first === second ? 0 : Math.max(first, second) / Math.min(first, second) - 1;
};

const verdict = (target: Target | null, figure: number | null): Pick<Comparison, 'target' | 'met'> => ({
  target,
  met: target === null ? null : figure !== null && isMet(target, figure),
});
