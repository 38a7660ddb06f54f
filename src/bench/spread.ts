import type { Histogram } from 'node:perf_hooks';

/** How many were above the band before, and not above `toMs`. */
export interface LatencyBand {
  readonly toMs: number;
  readonly count: number;
}

/** How many of a histogram's values are at most `ns`: it tells values by percentiles alone, so this looks for the one. */
const countTo = (histogram: Histogram, ns: number): number => {
  const { count } = histogram;
  let fits = 0;
  let above = count + 1;
  while (above - fits > 1) {
    const middle = Math.floor((fits + above) / 2);
    if (histogram.percentile((middle / count) * 100) <= ns) fits = middle;
    else above = middle;
  }
  return fits;
};

/** The band's upper end in the series 1, 2, 5, 10, .. ns that holds `ns`. */
function* edges(fromNs: number): Generator<number> {
  for (let decade = 10 ** Math.floor(Math.log10(fromNs)); ; decade *= 10)
    for (const step of [1, 2, 5]) if (step * decade >= fromNs) yield step * decade;
}

/** A histogram of nanoseconds in bands that end at 1, 2 and 5 of each power of ten, from the lowest value to the highest. */
export const latencyBands = (histogram: Histogram): readonly LatencyBand[] => {
  if (histogram.count === 0) return [];
  const bands: LatencyBand[] = [];
  let before = 0;
  for (const edge of edges(histogram.min)) {
    const count = edge >= histogram.max ? histogram.count : countTo(histogram, edge);
    bands.push({ toMs: edge / 1e6, count: count - before });
    before = count;
    if (edge >= histogram.max) break;
  }
  return bands;
};
