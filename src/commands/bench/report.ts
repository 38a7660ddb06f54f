import type { Histogram } from 'node:perf_hooks';
import { type Endpoint, formatEndpoint } from '../../text/endpoint.ts';
import { exact, plural, rate, roundTrip, size as sized } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import type { Latency, Result } from './result.ts';

/** How many values are above the band before, and not above `toMs`. */
export interface LatencyBand {
  readonly toMs: number;
  readonly count: number;
}

/** How many of a histogram's values are at most `ns`. A histogram gives percentiles alone, so this is a binary search. */
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

/** A histogram of nanoseconds in bands that end at 1, 2 and 5 of each power of ten. */
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

/** Cells of a bar at most, and of a row before its bar. */
const [maxBar, beforeBar] = [40, 29];

/** A load generator this busy may be slower than the server. */
const busyLimit = 0.95;

const row = (name: string, value: string, perSecond = ''): string =>
  `${name.padEnd(13)}${value.padStart(14)}${perSecond.padStart(16)}`.trimEnd();

const table = (result: Result, busy: number): string[] => {
  const { mode, seconds, roundTrips, roundTripsPerSecond, bytesPerSecond, errors, corrupt } = result;
  const roundTripRow =
    roundTrips === null || roundTripsPerSecond === null
      ? []
      : [row(mode === 'connect' ? 'connections' : 'round trips', exact(roundTrips), `${exact(roundTripsPerSecond)}/s`)];
  return [
    ...roundTripRow,
    row('echoed', sized(bytesPerSecond * seconds), rate(bytesPerSecond)),
    row('errors', exact(errors)),
    row('corrupt', exact(corrupt)),
    row('own load', `${(busy * 100).toFixed(0)}%`, busy >= busyLimit ? 'at its limit' : ''),
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
  const largest = Math.max(...bands.map(({ count }) => count));
  const longest = Math.max(0, Math.min(maxBar, cells - beforeBar));
  const head = `${'up to'.padStart(11)}${of.padStart(16)}`;
  return [
    head,
    ...bands.map(({ toMs, count }) => {
      // One value shows too.
      const bar = '▇'.repeat(Math.ceil((count / largest) * longest));
      return `${roundTrip(toMs).padStart(11)}${exact(count).padStart(16)}  ${bar}`.trimEnd();
    }),
  ];
};

/** The load of the load generator itself, which the result leaves out. */
export interface LoadGenerator {
  readonly threads: number;
  readonly busy: number;
}

/** The result of a bench as text: a table, and a histogram of the latencies. `cells`: of the window. */
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
  const measured = mode === 'connect' ? 'connections' : 'round trips';
  const lines = [
    printable(`${formatEndpoint(endpoint)}  ${what}`),
    '',
    ...table(result, busy),
    ...(result.latency === null ? [] : ['', ...percentiles(result.latency), '', ...bars(latency, measured, cells)]),
  ];
  return `${lines.join('\n')}\n`;
};
