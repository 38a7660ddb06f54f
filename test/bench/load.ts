import { setTimeout as delay } from 'node:timers/promises';
import { type Command, startChild } from './child.ts';
import { program } from './peer.ts';
import { keptOn } from './processors.ts';
import type { Server } from './server.ts';

/** What a load generator is to do. */
export interface Load {
  readonly mode: 'pingpong' | 'stream' | 'connect';
  readonly connections: number;
  /** Of one message, bytes. */
  readonly size: number;
}

/** What it tells, as `echoscope bench --json` does; what does not apply to the mode is null. */
export interface Report {
  readonly roundTripsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
  readonly connectionsPerSecond: number | null;
  /** In ms. */
  readonly latency: Readonly<Record<'p50' | 'p90' | 'p99' | 'p999' | 'max', number>> | null;
  /** Round trips or connections that failed, lost replies among them. */
  readonly errors: number;
  /** Bytes that came back other than they were sent. */
  readonly corrupt: number;
}

/** How a load generator is started. */
export type Generator = (target: Pick<Server, 'transport' | 'port'>, load: Load, seconds: number) => Command;

export const benchItself: Generator = ({ transport, port }, { mode, connections, size }, seconds) => [
  ...program,
  ...['bench', '--json', '--to', `${transport}://127.0.0.1:${port}`, '--mode', mode],
  ...['--connections', `${connections}`, '--size', `${size}`, '--duration', `${seconds * 1000}ms`],
];

/** load.c, compiled. */
export const generatorInC =
  (binary: string): Generator =>
  ({ transport, port }, { mode, connections, size }, seconds) => [
    binary,
    mode,
    transport,
    `${port}`,
    `${connections}`,
    `${size}`,
    `${Math.ceil(seconds * 1000)}`,
  ];

/** How much longer than it was told to the generator may take before the server counts as stuck, s. */
const patienceSeconds = 10;

/** Puts a load on a server, from one processor (null: from any). Rejects where that is not over in time, or tells nothing. */
export const generate = async (
  generator: Generator,
  server: Server,
  load: Load,
  seconds: number,
  processor: number | null = null,
): Promise<Report> => {
  await using child = startChild(keptOn(processor, generator(server, load, seconds)), { stdout: 'pipe' });
  await Promise.race([child.ended, delay((seconds + patienceSeconds) * 1000, undefined, { ref: false })]);
  if (child.ending() === null) throw new Error(`no end of it ${patienceSeconds} s after it should have been over`);
  if (server.child.ending() !== null) throw new Error(`it ended (${server.child.ending()}): ${server.child.stderr()}`);
  try {
    return JSON.parse(child.stdout());
  } catch {
    throw new Error(`the load generator told nothing (${child.ending()}): ${child.stderr()}`);
  }
};
