import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { residentBytes } from '../../soak/watch.ts';
import { until } from '../wait.ts';

const flood = fileURLToPath(new URL('./flood.ts', import.meta.url));

export interface Flood extends AsyncDisposable {
  /** Waits until nobody can send any more. */
  readonly isOver: Promise<void>;
}

/** Starts so many hostile peers of a port: see flood.ts. Disposed of, all of them are gone. */
export const startFlood = async (port: number, peers: number, bytesOfEach: number): Promise<Flood> => {
  const child = spawn(process.execPath, [flood, ...[port, peers, bytesOfEach].map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const exited = once(child, 'exit');
  const says = (word: string) => until(() => said.join('').includes(word), `the flood to be ${word}`);
  await says('connected');
  return {
    isOver: says('flooded'),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await exited;
    },
  };
};

/** The most resident memory that a process has while `work` is done, bytes, looked at 50 times a second. */
export const peakOf = async ({ pid = 0 }: Pick<ChildProcess, 'pid'>, work: Promise<unknown>): Promise<number> => {
  let peak = 0;
  const timer = setInterval(() => {
    // Gone where it was the end of the process that was waited for.
    if (existsSync(`/proc/${pid}`)) peak = Math.max(peak, residentBytes(pid) || 0);
  }, 20);
  await work.finally(() => clearInterval(timer));
  expect(peak).toBeGreaterThan(0);
  return peak;
};
