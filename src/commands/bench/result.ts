import type { Counters, Work } from './load/counters.ts';
import type { Mode } from './load/plan.ts';

/** Milliseconds, to the microsecond. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The result of a bench, as `--json` prints it. What does not apply to the mode is null. */
export interface Result {
  readonly mode: Mode;
  readonly connections: number;
  /** Bytes sent at once. */
  readonly size: number;
  /** From the first byte sent to the end of the time, or to the end of the last connection before it. */
  readonly seconds: number;
  /** Those that ended within that time. In connect mode: whole connections. */
  readonly roundTrips: number | null;
  readonly roundTripsPerSecond: number | null;
  /** Bytes that came back, counted once. */
  readonly bytesPerSecond: number;
  readonly connectionsPerSecond: number | null;
  /** Of all round trips, also those that began within the time and ended after it. */
  readonly latency: Latency | null;
  readonly errors: number;
  readonly corrupt: number;
}

const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

const latencyOf = ({ latency }: Counters): Latency | null => {
  if (latency.count === 0) return null;
  const ms = (percent: number): number => thousandths(Math.min(latency.percentile(percent), latency.max) / 1e6);
  return { p50: ms(50), p90: ms(90), p99: ms(99), p999: ms(99.9), max: thousandths(latency.max / 1e6) };
};

export const resultOf = (
  { mode, connections, size }: Pick<Result, 'mode' | 'connections' | 'size'>,
  work: Work,
  counters: Counters,
): Result => {
  const perSecond = (count: number): number => (work.seconds > 0 ? thousandths(count / work.seconds) : 0);
  const hasRoundTrips = mode !== 'stream';
  return {
    mode,
    connections,
    size,
    seconds: thousandths(work.seconds),
    roundTrips: hasRoundTrips ? work.roundTrips : null,
    roundTripsPerSecond: hasRoundTrips ? perSecond(work.roundTrips) : null,
    bytesPerSecond: perSecond(work.bytes),
    connectionsPerSecond: mode === 'connect' ? perSecond(work.roundTrips) : null,
    latency: latencyOf(counters),
    errors: counters.errors,
    corrupt: counters.corrupt,
  };
};
