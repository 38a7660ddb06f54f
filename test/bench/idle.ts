import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../support/wait.ts';
import { startChild } from './child.ts';
import type { Server } from './server.ts';

const crowd = fileURLToPath(new URL('../support/crowd.ts', import.meta.url));

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
