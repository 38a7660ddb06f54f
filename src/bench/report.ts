import type { Histogram } from 'node:perf_hooks';
import { type Endpoint, formatEndpoint } from '../text/endpoint.ts';
import { exact, rate, roundTrip, size as sized } from '../text/format.ts';
import { printable } from '../text/printable.ts';
import type { Result } from './result.ts';
import { spread } from './spread.ts';

const barCells = 40;

const plural = (count: number, noun: string): string => `${exact(count)} ${noun}${count === 1 ? '' : 's'}`;

const rowsOf = (result: Result): (readonly [string, ...string[]])[] => {
  const { mode, seconds, roundTrips, roundTripsPerSecond, bytesPerSecond, connectionsPerSecond } = result;
  const rows: (readonly [string, ...string[]])[] = [];
  if (connectionsPerSecond !== null)
    rows.push(['connections', exact(roundTrips ?? 0), `${exact(connectionsPerSecond)}/s`]);
  else if (roundTripsPerSecond !== null)
    rows.push(['round trips', exact(roundTrips ?? 0), `${exact(roundTripsPerSecond)}/s`]);
  rows.push(['echoed', sized(bytesPerSecond * seconds), rate(bytesPerSecond)]);
  if (mode === 'stream') rows.push(['', '', `${(bytesPerSecond / 2 ** 20).toFixed(1)} MiB/s`]);
  rows.push(['errors', exact(result.errors)], ['corrupt', exact(result.corrupt)]);
  return rows;
};

/** What a bench has measured, for people: a table, and how the latencies spread. */
export const report = (result: Result, latency: Histogram, endpoint: Endpoint): string => {
  const { mode, connections, size, seconds } = result;
  const of = `${mode}, ${plural(connections, 'connection')}, ${plural(size, 'byte')}, ${seconds.toFixed(2)} s`;
  const lines = [printable(`${formatEndpoint(endpoint)}  ${of}`), ''];
  for (const [name, value = '', perSecond = ''] of rowsOf(result))
    lines.push(`${name.padEnd(12)}${value.padStart(14)}${perSecond.padStart(14)}`.trimEnd());
  if (result.latency !== null) {
    const { p50, p90, p99, p999, max } = result.latency;
    lines.push(
      '',
      'latency',
      ...[
        ['p50', p50] as const,
        ['p90', p90] as const,
        ['p99', p99] as const,
        ['p99.9', p999] as const,
        ['max', max] as const,
      ].map(([name, ms]) => `  ${name.padEnd(10)}${roundTrip(ms).padStart(14)}`),
    );
    const bands = spread(latency);
    const most = Math.max(...bands.map(({ count }) => count));
    lines.push('');
    for (const { toMs, count } of bands) {
      const bar = '#'.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * barCells)));
      lines.push(`  to ${roundTrip(toMs).padStart(8)}${exact(count).padStart(14)}  ${bar}`.trimEnd());
    }
  }
  return `${lines.join('\n')}\n`;
};
