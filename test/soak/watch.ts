import { readdirSync, readFileSync } from 'node:fs';

/** What one thread of a program held at a moment, as heap.ts writes it. */
export interface Held {
  readonly atMs: number;
  /** What is left after a collection of garbage. */
  readonly heapBytes: number;
  /** Timers, sockets and the like that keep a loop alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

/** What each thread has written so far, by its number; a line that is being written is not looked at. */
export const heldBy = (folder: string): ReadonlyMap<string, readonly Held[]> => {
  const all = readdirSync(folder).map((thread) => {
    const lines = readFileSync(`${folder}/${thread}`, 'utf8').split('\n').slice(0, -1);
    return [thread, lines.map((line): Held => JSON.parse(line))] as const;
  });
  return new Map(all.filter(([, held]) => held.length > 0));
};

/** Resident memory of a process, bytes (proc(5)). */
export const residentBytes = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
};

/** Files that a process has open. */
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/**
 * How much a series grew behind its warm-up: the lowest of its last third less the lowest of its first. The lowest,
 * because garbage that waits for its collection is no growth.
 */
export const growth = (series: readonly number[]): number => {
  const third = Math.ceil(series.length / 3);
  return Math.min(...series.slice(-third)) - Math.min(...series.slice(0, third));
};
