import type { Transport } from '../../src/text/endpoint.ts';
import { type Generator, generate, type Load, measureIdle, measureNewcomers, type Report } from './load.ts';
import type { Peer } from './peers.ts';
import { atLeast, atMost, lessThan, type Measure, moreThan, type Sample, type Target } from './ratios.ts';
import type { Server } from './server.ts';
import type { Effort } from './settings.ts';

/** A workload that each peer gets. */
export interface Workload {
  /** For the command line. */
  readonly name: string;
  /** For the table. */
  readonly title: string;
  readonly transport: Transport;
  readonly measures: readonly Measure[];
  /** Whether each slice needs a server that has done nothing yet. */
  readonly isFresh: boolean;
  /** Whether the load runs on the server's core: then the server is never done, however slow the load is. */
  readonly isOnOneCore: boolean;
  /** Why a peer is left out, null where it takes part. */
  without(peer: Peer): string | null;
  /** `core`: where the load is pinned to, null where it is not. */
  measure(server: Server, effort: Effort, core: number | null): Promise<Sample>;
}

const everyone = (): string | null => null;
const noForks = ({ forks }: Peer): string | null => (forks ? 'it has a process for each connection' : null);
const nodeAlone = (peer: Peer): string | null =>
  noForks(peer) ?? (peer.name === 'c' ? 'nobody expects its memory of a program on Node' : null);

/** Targets of a rate: near C, ahead of Node, well ahead of what has a process for each connection. */
const rateTargets = (c: number): Measure['targets'] => ({
  c: atLeast(c),
  'node-pipe': moreThan(1),
  socat: atLeast(1.5),
  ncat: atLeast(1.5),
});

/** A measure that is read from the load generator's report. */
interface Gauge extends Measure {
  readonly read: (report: Report) => number | null;
}

const gauge = (
  name: string,
  unit: string,
  read: Gauge['read'],
  targets: Measure['targets'] = {},
  own: Target | null = null,
): Gauge => ({ name, unit, read, targets, own });

const megabytes = (c: number): Gauge =>
  gauge('throughput', 'MiB/s', ({ bytesPerSecond }) => (bytesPerSecond ?? Number.NaN) / 2 ** 20, rateTargets(c));
const roundTrips = (targets: Measure['targets']): Gauge =>
  gauge('round trips', '/s', ({ roundTripsPerSecond }) => roundTripsPerSecond, targets);
const p99 = (targets: Measure['targets']): Gauge => gauge('p99', 'ms', ({ latency }) => latency?.p99 ?? null, targets);
const connections = (c: number): Gauge =>
  gauge('connections', '/s', ({ connectionsPerSecond }) => connectionsPerSecond, rateTargets(c));
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

type Named = Pick<Workload, 'name' | 'title'>;

/** From so many connections on they are a crowd, of which a quick run opens a part. */
const crowdFrom = 1000;

/** A workload that is one run of the load generator. */
const loaded = (
  generator: Generator,
  workload: Named & Partial<Pick<Workload, 'transport' | 'without'>>,
  load: Load,
  measures: readonly Gauge[],
): Workload => ({
  transport: 'tcp',
  without: everyone,
  isFresh: false,
  isOnOneCore: false,
  ...workload,
  measures,
  measure: async (server, { seconds, crowd }, core) => {
    const size = load.connections < crowdFrom ? load.connections : Math.ceil(load.connections * crowd);
    return read(measures, await generate(generator, server, { ...load, connections: size }, seconds, core));
  },
});

/** Many connections that say nothing any more. */
const idle = (workload: Named, bytes: number, { targets, own }: Pick<Measure, 'targets' | 'own'>): Workload => ({
  ...workload,
  transport: 'tcp',
  without: nodeAlone,
  isFresh: true,
  isOnOneCore: false,
  measures: [{ name: 'resident memory', unit: 'MiB', targets, own }],
  measure: async (server, { crowd }) => ({
    figures: { 'resident memory': await measureIdle(server, Math.ceil(8000 * crowd), bytes) },
    errors: 0,
  }),
});

const lastAnswered = { name: 'last one answered after', unit: 'ms', own: null } as const;

/** All workloads, in the order of the table, with the load of that generator. */
export const workloadsOf = (generator: Generator): readonly Workload[] => [
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
    [roundTrips(rateTargets(0.7)), p99({ c: atMost(1.6), 'node-pipe': lessThan(1) })],
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
  loaded(
    generator,
    { name: 'busy', title: '1,000 connections in ping-pong, 64 B', without: noForks },
    { mode: 'pingpong', connections: 1000, size: 64 },
    [roundTrips({}), longest],
  ),
  {
    name: 'newcomers',
    title: '500 newcomers beside 1,000 in ping-pong',
    transport: 'tcp',
    without: noForks,
    isFresh: false,
    isOnOneCore: true,
    // What src/wire/server/accept-priority.ts is for: without it this is as long as with plain Node.
    measures: [{ ...lastAnswered, targets: { 'node-pipe': lessThan(1) } }],
    measure: async (server, { crowd }, core) => {
      const load: Load = { mode: 'pingpong', connections: Math.ceil(1000 * crowd), size: 64 };
      const ms = await measureNewcomers(server, load, Math.ceil(500 * crowd), core);
      return { figures: { [lastAnswered.name]: ms }, errors: 0 };
    },
  },
  idle({ name: 'idle', title: '8,000 idle connections' }, 0, {
    targets: { 'node-pipe': lessThan(0.5), 'node-data': lessThan(0.5) },
    own: atMost(120),
  }),
  idle({ name: 'idle-large', title: '8,000 idle connections, each of which has echoed 256 KiB' }, 1 << 18, {
    targets: {},
    own: null,
  }),
];
