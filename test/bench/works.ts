import { setTimeout as delay } from 'node:timers/promises';
import { measureIdle } from './idle.ts';
import { type Generator, generate, type Load, type Report } from './load.ts';
import type { Peer } from './peer.ts';
import { atLeast, atMost, lessThan, moreThan, type Reach } from './reach.ts';
import type { Measure, Sample, Work } from './work.ts';

/** How much later than the crowd the newcomers set out, s: it takes the generator that long to connect it. */
const lateSeconds = 1;

const everyone = (): string | null => null;
const noForks = ({ forks }: Peer): string | null => (forks ? 'it has a process for each connection' : null);
const nodeAlone = (peer: Peer): string | null =>
  noForks(peer) ?? (peer.name === 'c' ? 'nobody expects its memory of a program on Node' : null);

/** Reach of a rate: near C, ahead of Node, well ahead of what has a process for each connection. */
const rateReach = (c: number): Measure['reach'] => ({
  c: atLeast(c),
  'node-pipe': moreThan(1),
  socat: atLeast(1.5),
  ncat: atLeast(1.5),
});

interface Gauge extends Measure {
  readonly read: (report: Report) => number | null;
}

const gauge = (
  name: string,
  unit: string,
  read: Gauge['read'],
  reach: Measure['reach'] = {},
  own: Reach | null = null,
): Gauge => ({ name, unit, read, reach, own });

const megabytes = (c: number): Gauge =>
  gauge('throughput', 'MiB/s', ({ bytesPerSecond }) => (bytesPerSecond ?? Number.NaN) / 2 ** 20, rateReach(c));
const roundTrips = (reach: Measure['reach']): Gauge =>
  gauge('round trips', '/s', ({ roundTripsPerSecond }) => roundTripsPerSecond, reach);
const p99 = (reach: Measure['reach']): Gauge => gauge('p99', 'ms', ({ latency }) => latency?.p99 ?? null, reach);
const connections = (c: number): Gauge =>
  gauge('connections', '/s', ({ connectionsPerSecond }) => connectionsPerSecond, rateReach(c));
const longest = gauge(
  'longest round trip by the median',
  '×',
  ({ latency }) => (latency === null ? null : latency.max / latency.p50),
  {},
  atMost(20),
);

const read = (gauges: readonly Gauge[], report: Report): Sample => ({
  figures: Object.fromEntries(
    gauges.map((it) => {
      const figure = it.read(report);
      if (figure === null || !Number.isFinite(figure)) throw new Error(`the load generator tells no ${it.name}`);
      return [it.name, figure];
    }),
  ),
  errors: report.errors + report.corrupt,
});

/** A workload that is one run of the load generator. */
const loaded = (
  generator: Generator,
  work: Pick<Work, 'name' | 'title'> & Partial<Pick<Work, 'transport' | 'without'>>,
  load: Load,
  measures: readonly Gauge[],
): Work => ({
  transport: 'tcp',
  without: everyone,
  isFresh: false,
  ...work,
  measures,
  measure: async (server, { seconds }, processor) =>
    read(measures, await generate(generator, server, load, seconds, processor)),
});

/** Many connections that say nothing any more. */
const idle = (
  work: Pick<Work, 'name' | 'title'>,
  bytes: number,
  { reach, own }: Pick<Measure, 'reach' | 'own'>,
): Work => ({
  ...work,
  transport: 'tcp',
  without: nodeAlone,
  isFresh: true,
  measures: [{ name: 'resident memory', unit: 'MiB', reach, own }],
  measure: async (server, { crowd }) => ({
    figures: { 'resident memory': await measureIdle(server, Math.ceil(8000 * crowd), bytes) },
    errors: 0,
  }),
});

const busy: Load = { mode: 'pingpong', connections: 1000, size: 64 };
const newcomers: Load = { mode: 'connect', connections: 1, size: 64 };
const newcomersWait = { name: 'newcomers, longest wait', unit: 'ms', reach: {}, own: null } as const;

/** All workloads, in the order of the table, with the load of that generator. */
export const worksOf = (generator: Generator): readonly Work[] => [
  loaded(
    generator,
    { name: 'stream-1', title: '1 stream of 64 KiB writes' },
    { mode: 'stream', connections: 1, size: 1 << 16 },
    [megabytes(0.8)],
  ),
  loaded(
    generator,
    { name: 'stream-8', title: '8 streams of 64 KiB writes' },
    { mode: 'stream', connections: 8, size: 1 << 16 },
    [megabytes(0.8)],
  ),
  loaded(
    generator,
    { name: 'pingpong', title: '64 connections in ping-pong, 64 B' },
    { mode: 'pingpong', connections: 64, size: 64 },
    [roundTrips(rateReach(0.7)), p99({ c: atMost(1.6), 'node-pipe': lessThan(1) })],
  ),
  loaded(
    generator,
    { name: 'connect', title: 'connect, 16 B, half-close, close; 8 at a time' },
    { mode: 'connect', connections: 8, size: 16 },
    [connections(0.9)],
  ),
  loaded(
    generator,
    { name: 'udp', title: 'UDP: 64 peers in ping-pong, 64 B', transport: 'udp' },
    { mode: 'pingpong', connections: 64, size: 64 },
    [roundTrips({}), p99({})],
  ),
  {
    name: 'busy',
    title: '1,000 connections in ping-pong, 64 B',
    transport: 'tcp',
    without: noForks,
    isFresh: false,
    measures: [roundTrips({}), longest, newcomersWait],
    measure: async (server, { seconds, crowd }) => {
      const size = { ...busy, connections: Math.ceil(busy.connections * crowd) };
      const [report, late] = await Promise.all([
        generate(generator, server, size, seconds + 2 * lateSeconds),
        delay(lateSeconds * 1000).then(() => generate(generator, server, newcomers, seconds)),
      ]);
      const { figures, errors } = read([roundTrips({}), longest], report);
      const wait = late.latency?.max;
      if (wait === undefined) throw new Error('the load generator tells no latency');
      return { figures: { ...figures, [newcomersWait.name]: wait }, errors: errors + late.errors + late.corrupt };
    },
  },
  idle({ name: 'idle', title: '8,000 idle connections' }, 0, {
    reach: { 'node-pipe': lessThan(0.5), 'node-data': lessThan(0.5) },
    own: atMost(120),
  }),
  idle({ name: 'idle-large', title: '8,000 idle connections, each of which has echoed 256 KiB' }, 1 << 18, {
    reach: {},
    own: null,
  }),
];
