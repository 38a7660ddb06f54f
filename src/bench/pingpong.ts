import type { Connection } from './connection.ts';
import { Fleet } from './fleet.ts';
import type { Load, Task } from './load.ts';
import { Turn } from './turn.ts';

/** Each connection sends one piece, waits until all of it has come back, and sends the next. */
export const pingpong = (task: Task): Load => {
  const { tally } = task;
  const ask = (connection: Connection): void => {
    if (fleet.stopped) return;
    connection.since = performance.now();
    connection.send();
  };
  const turn = new Turn(ask);
  const fleet = new Fleet(task, {
    start: ask,
    echo: (connection) => {
      if (connection.owed > 0) return;
      tally.took(performance.now() - connection.since);
      tally.roundTrips += 1;
      turn.add(connection);
    },
  });
  return fleet;
};
