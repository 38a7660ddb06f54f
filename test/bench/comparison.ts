import type { Peer } from './peer.ts';
import { isMet, type Reach } from './reach.ts';
import type { Series } from './rounds.ts';
import { median, type Ratio, ratioOf } from './statistics.ts';
import type { Measure, Work } from './work.ts';

/** One side of a comparison. */
export interface Side {
  readonly title: string;
  /** The median of its rounds, null where it finished none. */
  readonly figure: number | null;
  /** Of all its rounds. */
  readonly errors: number;
  /** Rounds that it did not finish. */
  readonly failures: number;
}

/** One line of the table. */
export interface Comparison {
  readonly work: string;
  readonly measure: string;
  readonly unit: string;
  readonly ours: Side;
  /** Null where a figure of ours stands for itself. */
  readonly theirs: Side | null;
  readonly ratio: Ratio | null;
  readonly reach: Reach | null;
  /** Null where nothing was to be reached. */
  readonly met: boolean | null;
}

/** Compares ours with each peer, and ours in another set-up with ours as it starts by itself. */
export const compare = (work: Work, all: readonly Series[]): readonly Comparison[] => {
  const ours = all.find(({ peer }) => peer.name === 'serve');
  if (ours === undefined) return [];
  return work.measures.flatMap((measure) => [
    ...(measure.own === null ? [] : [alone(work, measure, ours, measure.own)]),
    ...all
      .filter((series) => series !== ours)
      .map((series) =>
        series.peer.isVariant
          ? pair(work, measure, series, ours, null)
          : pair(work, measure, ours, series, reachOf(measure, series.peer)),
      ),
  ]);
};

const reachOf = ({ reach }: Measure, { name }: Peer): Reach | null => reach[name] ?? null;

const figuresOf = ({ samples }: Series, { name }: Measure): readonly (number | null)[] =>
  samples.map((sample) => sample?.figures[name] ?? null);

const sideOf = (series: Series, measure: Measure): Side => {
  const figures = figuresOf(series, measure).filter((figure) => figure !== null);
  return {
    title: series.peer.title,
    figure: figures.length === 0 ? null : median(figures),
    errors: series.samples.reduce((sum, sample) => sum + (sample?.errors ?? 0), 0),
    failures: series.samples.filter((sample) => sample === null).length,
  };
};

const named = ({ title }: Work, { name, unit }: Measure): Pick<Comparison, 'work' | 'measure' | 'unit'> => ({
  work: title,
  measure: name,
  unit,
});

/** A comparison that could not be made has not reached anything. */
const verdict = (reach: Reach | null, figure: number | null): Pick<Comparison, 'reach' | 'met'> => ({
  reach,
  met: reach === null ? null : figure !== null && isMet(reach, figure),
});

const alone = (work: Work, measure: Measure, ours: Series, reach: Reach): Comparison => {
  const side = sideOf(ours, measure);
  return { ...named(work, measure), ours: side, theirs: null, ratio: null, ...verdict(reach, side.figure) };
};

const pair = (work: Work, measure: Measure, ours: Series, theirs: Series, reach: Reach | null): Comparison => {
  const ratio = ratioOf(figuresOf(ours, measure), figuresOf(theirs, measure));
  return {
    ...named(work, measure),
    ours: sideOf(ours, measure),
    theirs: sideOf(theirs, measure),
    ratio,
    ...verdict(reach, ratio === null ? null : ratio.median),
  };
};
