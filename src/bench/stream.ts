import type { Connection } from './connection.ts';
import { Fleet } from './fleet.ts';
import type { Load, Task } from './load.ts';

/**
 * Bytes of one connection that may be on their way. Measured with 64 KiB pieces against an echo in C: 128 KiB starve it,
 * 4 MiB leave the processor's caches, and either costs a fifth.
 */
const windowBytes = 512 * 1024;

/** Each connection sends piece after piece, as fast as the peer takes them and returns them. */
export const stream = (task: Task): Load => {
  const window = Math.max(windowBytes, 2 * task.size) - task.size;
  const pump = (connection: Connection): void => {
    while (!fleet.stopped && !connection.full && connection.owed <= window) connection.send();
  };
  const fleet = new Fleet(task, { start: pump, echo: pump, drain: pump });
  return fleet;
};
