import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../support/wait.ts';
import { type Command, startChild } from './child.ts';
import { onCore } from './machine.ts';
import { program } from './peers.ts';
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
  ...['--connections', `${connections}`, '--size', `${size}`, '--duration', `${Math.ceil(seconds * 1000)}ms`],
];

/** load.c, compiled. */
export const generatorInC =
  (binary: string): Generator =>
  ({ transport, port }, { mode, connections, size }, seconds) => [
    ...([binary, mode, transport, `${port}`, `${connections}`, `${size}`] as const),
    `${Math.ceil(seconds * 1000)}`,
  ];

/** How much longer than it was told to the generator may take before the server counts as stuck, s. */
const patienceSeconds = 10;

/** Puts a load on a server, from one core (null: from any). Rejects where that is not over in time, or tells nothing. */
export const generate = async (
  generator: Generator,
  server: Server,
  load: Load,
  seconds: number,
  core: number | null = null,
): Promise<Report> => JSON.parse(await outputOf(generator(server, load, seconds), server, seconds, core));

/**
 * How long it takes until the last of so many newcomers is answered, who connect at once to a server under load, ms. Rejects
 * where one of them is not answered. The load comes from a process of its own: it goes on while the newcomers connect. It is
 * always `bench`: beside that in C, on one core, plain Node accepts one newcomer a turn and takes more than 10 s.
 */
export const measureNewcomers = async (
  server: Server,
  load: Load,
  newcomers: number,
  core: number | null,
): Promise<number> => {
  await using busy = startChild(onCore(core, benchItself(server, load, patienceSeconds)));
  const isBusy = (): boolean => busy.ending() !== null || establishedOn(server.port) >= load.connections;
  await until(isBusy, `${load.connections} connections`);
  const script = fileURLToPath(new URL('./programs/newcomers.ts', import.meta.url));
  const output = await outputOf([process.execPath, script, `${server.port}`, `${newcomers}`], server, 0, core);
  if (busy.ending() !== null) throw new Error(`the load ended (${busy.ending()}): ${busy.stderr()}`);
  return Number(output);
};

/** Connections that are established on a port of this machine, by proc_net_tcp(5). */
const establishedOn = (port: number): number => {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  return lines.filter((line) => /^\s*\d+: \S+(:\w+) \S+ 01 /u.exec(line)?.[1] === local).length;
};

/** All that a program which puts a load on a server says, when it is over. */
const outputOf = async (command: Command, server: Server, seconds: number, core: number | null): Promise<string> => {
  await using child = startChild(onCore(core, command), { stdout: 'pipe' });
  await Promise.race([child.ended, delay((seconds + patienceSeconds) * 1000, undefined, { ref: false })]);
  if (child.ending() === null) throw new Error(`no end of it ${patienceSeconds} s after it should have been over`);
  if (server.child.ending() !== null) throw new Error(`it ended (${server.child.ending()}): ${server.child.stderr()}`);
  if (child.stdout() === '') throw new Error(`the load generator told nothing (${child.ending()}): ${child.stderr()}`);
  return child.stdout();
};

/** How long a crowd may take to connect, ms. */
const crowdMs = 60_000;
/** Memory is at rest when it has stayed within this many MiB for so many looks, a quarter of a second apart. */
const restMiB = 1;
const looks = 12;
const lookMs = 250;

/**
 * Opens so many connections, each of which sends so many bytes (0: a few) and has them back, and returns the resident
 * memory of the server (VmRSS of proc(5), MiB) once all are idle and it no longer changes.
 */
export const measureIdle = async (server: Server, connections: number, bytes: number): Promise<number> => {
  const crowd = fileURLToPath(new URL('../support/net/crowd.ts', import.meta.url));
  await using clients = startChild([process.execPath, crowd, `${server.port}`, `${connections}`, `${bytes}`], {
    stdin: 'pipe',
    stdout: 'pipe',
  });
  const isConnected = (): boolean => clients.stdout().includes('echoed');
  await until(() => isConnected() || clients.ending() !== null, `${connections} connections`, crowdMs);
  if (!isConnected()) throw new Error(`the crowd ended (${clients.ending()}): ${clients.stderr()}`);
  const seen: number[] = [];
  await until(
    async () => {
      await delay(lookMs);
      seen.push(residentMiB(server.child.pid));
      const last = seen.slice(-looks);
      return last.length === looks && Math.max(...last) - Math.min(...last) <= restMiB;
    },
    'memory at rest',
    crowdMs,
  );
  return seen.at(-1) ?? 0;
};

const residentMiB = (pid: number): number => {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`process ${pid} has no memory`);
  return Number(kilobytes) / 1024;
};
