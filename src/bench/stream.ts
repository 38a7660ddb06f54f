import type { Connection } from './connection.ts';
import { TcpLoad } from './fleet.ts';
import type { Load, Task } from './load.ts';
import { EndOfTurnBatch } from './turn.ts';

/**
 * Bytes of one connection that may be on their way. Measured with 64 KiB pieces against an echo in C: 128 KiB starve it,
 * 4 MiB leave the processor's caches, and either costs a fifth.
 */
const windowBytes = 512 * 1024;

/**
 * Pieces that a connection sends before it is the turn of others, of timers and of signals: with small ones the window is
 * thousands of calls.
 */
const piecesAtOnce = 16;

/** Each connection sends piece after piece, as fast as the peer takes them and returns them. */
export const stream = (task: Task): Load => {
  const window = Math.max(windowBytes, 2 * task.size) - task.size;
  const waiting = new Set<Connection>();
  const pump = (connection: Connection): void => {
    const mayMore = (): boolean =>
      !fleet.stopped && !connection.isGone && !connection.full && connection.owed <= window;
    for (let pieces = 0; pieces < piecesAtOnce && mayMore(); pieces++) connection.send();
    if (!mayMore() || waiting.has(connection)) return;
    waiting.add(connection);
    turn.add(connection);
  };
  const turn = new EndOfTurnBatch((connection: Connection) => {
    waiting.delete(connection);
    pump(connection);
  });
  const fleet = new TcpLoad(task, { start: pump, echo: pump, drain: pump });
  return fleet;
};
