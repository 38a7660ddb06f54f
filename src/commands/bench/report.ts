import type { Histogram } from 'node:perf_hooks';
import { type Endpoint, formatEndpoint } from '../../text/endpoint.ts';
import { exact, plural, rate, roundTrip, size as sized } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import type { Latency, Result } from './load/result.ts';

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

const mostBar = 40;
/** Cells of a row of the histogram before its bar. */
const beforeBar = 29;

/** From here on the server may do more than we can ask of it. */
const atLimit = 0.95;

const row = (name: string, value: string, perSecond = ''): string =>
  `${name.padEnd(13)}${value.padStart(14)}${perSecond.padStart(16)}`.trimEnd();

const table = (result: Result, busy: number): string[] => {
  const { mode, seconds, roundTrips, roundTripsPerSecond, bytesPerSecond, errors, corrupt } = result;
  const rounds =
    roundTrips === null || roundTripsPerSecond === null
      ? []
      : [row(mode === 'connect' ? 'connections' : 'round trips', exact(roundTrips), `${exact(roundTripsPerSecond)}/s`)];
  // Whoever looks at throughput thinks in MiB, whoever looks at round trips need not.
  const echoed = mode === 'stream' ? `${(bytesPerSecond / 2 ** 20).toFixed(1)} MiB/s` : rate(bytesPerSecond);
  return [
    ...rounds,
    row('echoed', sized(bytesPerSecond * seconds), echoed),
    row('errors', exact(errors)),
    row('corrupt', exact(corrupt)),
    row('own load', `${(busy * 100).toFixed(0)}%`, busy >= atLimit ? 'at its limit' : ''),
  ];
};

const percentiles = ({ p50, p90, p99, p999, max }: Latency): string[] => {
  const columns: readonly (readonly [string, number])[] = [
    ['p50', p50],
    ['p90', p90],
    ['p99', p99],
    ['p99.9', p999],
    ['max', max],
  ];
  const line = (first: string, cell: (column: readonly [string, number]) => string): string =>
    first.padEnd(7) + columns.map((column) => cell(column).padStart(9)).join('');
  return [line('latency', ([name]) => name), line('', ([, ms]) => roundTrip(ms))];
};

/** `cells`: of the window. */
const bars = (latency: Histogram, of: string, cells: number): string[] => {
  const bands = latencyBands(latency);
  const most = Math.max(...bands.map(({ count }) => count));
  const longest = Math.max(0, Math.min(mostBar, cells - beforeBar));
  const head = `${'up to'.padStart(11)}${of.padStart(16)}`;
  return [
    head,
    ...bands.map(({ toMs, count }) => {
      // The least shows.
      const bar = '▇'.repeat(Math.ceil((count / most) * longest));
      return `${roundTrip(toMs).padStart(11)}${exact(count).padStart(16)}  ${bar}`.trimEnd();
    }),
  ];
};

/** What a report says that the result does not. */
export interface LoadGenerator {
  readonly threads: number;
  readonly busy: number;
}

/** What a bench has measured, for people: a table, and how the latencies spread. `cells`: of the window. */
export const report = (
  result: Result,
  { threads, busy }: LoadGenerator,
  latency: Histogram,
  endpoint: Endpoint,
  cells: number,
): string => {
  const { mode, connections, size, seconds } = result;
  const by = threads === 1 ? '' : ` in ${plural(threads, 'thread')}`;
  const what = `${mode}, ${plural(connections, 'connection')}${by}, ${plural(size, 'byte')}, ${seconds.toFixed(2)} s`;
  const spreadOf = mode === 'connect' ? 'connections' : 'round trips';
  const lines = [
    printable(`${formatEndpoint(endpoint)}  ${what}`),
    '',
    ...table(result, busy),
    ...(result.latency === null ? [] : ['', ...percentiles(result.latency), '', ...bars(latency, spreadOf, cells)]),
  ];
  return `${lines.join('\n')}\n`;
};
