import type { Connection } from './connection.ts';
import { TcpLoad } from './fleet.ts';
import type { Load, Task } from './load.ts';
import { EndOfTurnBatch } from './turn.ts';

/** Each connection sends one piece, waits until all of it has come back, and sends the next. */
export const pingpong = (task: Task): Load => {
  const { counters } = task;
  const ask = (connection: Connection): void => {
    if (fleet.stopped) return;
    connection.since = performance.now();
    connection.send();
  };
  const turn = new EndOfTurnBatch(ask);
  const fleet = new TcpLoad(task, {
    start: ask,
    echo: (connection) => {
      if (connection.owed > 0) return;
      counters.recordLatency(performance.now() - connection.since);
      counters.roundTrips += 1;
      turn.add(connection);
    },
  });
  return fleet;
};
