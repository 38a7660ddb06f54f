import { Connection, type ConnectionEvents, type ConnectionSettings } from './connection.ts';
import type { LoadFailure } from './failure.ts';
import { type Load, numberOf, type Task } from './plan.ts';
import { settingsOf } from './tcp-load.ts';

/** After so many failures in a row of one thread, and twice as many as it has at once, the server is taken to be gone. */
const mostFailures = 100;

/** Connects, sends one piece, half-closes, reads until the peer closes; then the same anew, so many at a time. */
export class ConnectLoad implements Load {
  readonly #task: Task;
  readonly #common: ConnectionSettings;
  /**
   * Those under way, at the places they have among all at once. Not a Set that they enter and leave: its old tables would
   * keep them alive (see wire/server/connection-table.ts).
   */
  readonly #places: (Connection | null)[];
  #count = 0;
  readonly #events: ConnectionEvents;
  readonly #mostFailures: number;
  #visits = 0;
  #failures = 0;
  #stopped = false;

  constructor(task: Task) {
    this.#task = task;
    this.#common = settingsOf(task);
    this.#mostFailures = Math.max(mostFailures, 2 * task.connections);
    this.#places = Array.from({ length: task.connections }, () => null);
    this.#events = {
      open: () => undefined,
      echo: (_connection, bytes) => {
        task.counters.bytes += bytes;
      },
      gone: (connection, failure) => this.#gone(connection, failure),
    };
  }

  /** Connecting is a part of what is measured. */
  open(): Promise<void> {
    return Promise.resolve();
  }

  start(): void {
    for (let place = 0; place < this.#task.connections; place++) this.#visit(place);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#count === 0) this.#task.idle();
  }

  settle(silentMs: number): void {
    for (const connection of this.#places) {
      if (connection === null) continue;
      const { number, received, owed } = connection;
      this.#task.counters.fail({ type: 'silent', connection: number, offset: received, owed, waitedMs: silentMs });
    }
  }

  close(): void {
    for (const connection of this.#places) connection?.close();
  }

  #visit(place: number): void {
    this.#visits += 1;
    const connection = new Connection(numberOf(this.#visits, this.#task.part), this.#common, this.#events);
    connection.place = place;
    connection.since = performance.now();
    connection.send(true);
    this.#places[place] = connection;
    this.#count += 1;
  }

  #gone(connection: Connection, failure: LoadFailure | null): void {
    const { place } = connection;
    this.#places[place] = null;
    this.#count -= 1;
    const { counters, idle } = this.#task;
    if (failure === null) {
      this.#failures = 0;
      counters.roundTrips += 1;
      counters.recordLatency(performance.now() - connection.since);
    } else {
      this.#failures += 1;
      counters.fail(failure);
    }
    // A process that has no file left for one more gets by with fewer at once.
    const exhausted = failure?.type === 'fault' && failure.fault.stage === 'socket';
    if (!this.#stopped && !exhausted && this.#failures < this.#mostFailures) this.#visit(place);
    else if (this.#count === 0) idle();
  }
}
