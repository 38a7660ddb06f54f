import { Connection, type ConnectionEvents, type ConnectionSettings, settingsOf } from './connection.ts';
import type { LoadFailure } from './failure.ts';
import { type Load, numberOf, type Task } from './plan.ts';

/** After so many failures in a row of one thread, and twice as many as its connections, the server is taken to be gone. */
const maxFailures = 100;

/**
 * Connects, sends one piece, half-closes, reads until the peer closes; then again, so many at a time. Without the
 * half-close it closes when all has come back.
 */
export class ConnectLoad implements Load {
  readonly #task: Task;
  readonly #settings: ConnectionSettings;
  /**
   * Those that are open. Not a Set that they enter and leave: its old tables would keep them alive (see
   * wire/server/connection-table.ts).
   */
  readonly #slots: (Connection | null)[];
  readonly #events: ConnectionEvents;
  readonly #maxFailures: number;
  #open = 0;
  #begun = 0;
  #failuresInRow = 0;
  #isStopped = false;

  constructor(task: Task) {
    this.#task = task;
    this.#settings = settingsOf(task);
    this.#maxFailures = Math.max(maxFailures, 2 * task.connections);
    this.#slots = Array.from({ length: task.connections }, () => null);
    this.#events = {
      open: () => undefined,
      echo: (connection, bytes) => {
        task.counters.bytes += bytes;
        if (task.noHalfClose && connection.owed === 0) connection.finish();
      },
      closed: (connection, failure) => this.#closed(connection, failure),
    };
  }

  /** Connecting is a part of what is measured. */
  open(): Promise<void> {
    return Promise.resolve();
  }

  start(): void {
    for (let slot = 0; slot < this.#slots.length; slot++) this.#connect(slot);
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#open === 0) this.#task.finished();
  }

  failUnanswered(silentMs: number): void {
    for (const connection of this.#slots) {
      if (connection === null) continue;
      const { number, received, owed } = connection;
      this.#task.counters.fail({ type: 'silent', connection: number, offset: received, owed, waitedMs: silentMs });
    }
  }

  close(): void {
    for (const connection of this.#slots) connection?.close();
  }

  #connect(slot: number): void {
    this.#begun += 1;
    const connection = new Connection(numberOf(this.#begun, this.#task.share), this.#settings, this.#events);
    connection.slot = slot;
    connection.since = performance.now();
    connection.send(!this.#task.noHalfClose);
    this.#slots[slot] = connection;
    this.#open += 1;
  }

  #closed(connection: Connection, failure: LoadFailure | null): void {
    const { slot } = connection;
    this.#slots[slot] = null;
    this.#open -= 1;
    const { counters, finished } = this.#task;
    if (failure === null) {
      this.#failuresInRow = 0;
      counters.roundTrips += 1;
      counters.recordLatency(performance.now() - connection.since);
    } else {
      this.#failuresInRow += 1;
      counters.fail(failure);
    }
    // A process that has no file left for one more goes on with fewer at once.
    const isExhausted = failure?.type === 'fault' && failure.fault.stage === 'socket';
    if (!this.#isStopped && !isExhausted && this.#failuresInRow < this.#maxFailures) this.#connect(slot);
    else if (this.#open === 0) finished();
  }
}
