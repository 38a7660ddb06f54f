import type { Counters } from './counters.ts';
import type { Mode } from './plan.ts';

/** Milliseconds, to the microsecond. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What a bench has measured, as its JSON has it. What does not apply to the mode is null. */
export interface Result {
  readonly mode: Mode;
  readonly connections: number;
  /** Bytes sent at once. */
  readonly size: number;
  /** From the first byte sent to the end of the time, or to the end of the last connection before it. */
  readonly seconds: number;
  /** Those that were over within that time. In connect mode: whole connections. */
  readonly roundTrips: number | null;
  readonly roundTripsPerSecond: number | null;
  /** Bytes that came back, counted once. */
  readonly bytesPerSecond: number;
  readonly connectionsPerSecond: number | null;
  /** Of all round trips, also those that were begun within the time and over after it. */
  readonly latency: Latency | null;
  readonly errors: number;
  readonly corrupt: number;
}

/** What was done within the time. */
export interface Work {
  readonly seconds: number;
  readonly roundTrips: number;
  readonly bytes: number;
  /** The share of it, 0 to 1, in which our own event loop did not wait for anything; of several the busiest one's. */
  readonly busy: number;
}

export const noWork: Work = { seconds: 0, roundTrips: 0, bytes: 0, busy: 0 };

/**
 * What several threads did in a time that began for all of them at once, and is over when it is over for the last. A
 * thread at its limit asks less of the server than it would take, however idle the others are: so the busiest one counts.
 * One that was done early has been idle since.
 */
export const sumOfWork = (all: readonly Work[]): Work => {
  const most = (of: (work: Work) => number): number => Math.max(0, ...all.map(of));
  const sum = (of: (work: Work) => number): number => all.reduce((total, work) => total + of(work), 0);
  const seconds = most((work) => work.seconds);
  return {
    seconds,
    roundTrips: sum(({ roundTrips }) => roundTrips),
    bytes: sum(({ bytes }) => bytes),
    busy: seconds === 0 ? 0 : most((work) => work.busy * work.seconds) / seconds,
  };
};

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
  const rounds = mode !== 'stream';
  return {
    mode,
    connections,
    size,
    seconds: thousandths(work.seconds),
    roundTrips: rounds ? work.roundTrips : null,
    roundTripsPerSecond: rounds ? perSecond(work.roundTrips) : null,
    bytesPerSecond: perSecond(work.bytes),
    connectionsPerSecond: mode === 'connect' ? perSecond(work.roundTrips) : null,
    latency: latencyOf(counters),
    errors: counters.errors,
    corrupt: counters.corrupt,
  };
};
