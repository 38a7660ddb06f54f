import { Connection, type ConnectionSettings, settingsOf } from './connection.ts';
import { ConnectionOpener, handshakeTimeoutMs } from './connection-opener.ts';
import { EndOfTurnBatch } from './end-of-turn-batch.ts';
import type { LoadFailure } from './failure.ts';
import type { Load, Task } from './plan.ts';

/** What each connection of a load does. */
interface Traffic {
  readonly start: (connection: Connection) => void;
  /** Some of what was sent has come back; after the stop too. */
  readonly echo: (connection: Connection) => void;
  readonly drain?: (connection: Connection) => void;
}

/**
 * Connections that are all established before the first one sends, and stay open to the end. One that fails is not
 * replaced: the report says how many failed.
 */
class TcpLoad implements Load {
  readonly #task: Task;
  readonly #settings: ConnectionSettings;
  readonly #traffic: Traffic;
  readonly #connections = new Map<number, Connection>();
  readonly #opener: ConnectionOpener;
  #isStarted = false;
  #isStopped = false;
  /** Connections that are owed something, once it is stopped. */
  #owed = 0;

  constructor(task: Task, traffic: Traffic) {
    this.#task = task;
    this.#settings = settingsOf(task);
    this.#traffic = traffic;
    this.#opener = new ConnectionOpener(
      task.connections,
      task.share,
      (number) => this.#connections.set(number, this.#connect(number)),
      (connection) => {
        this.#connections.get(connection)?.close();
        this.#connections.delete(connection);
        task.counters.fail({ type: 'waiting', connection, waitedMs: handshakeTimeoutMs });
      },
    );
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  open(): Promise<void> {
    return this.#opener.run();
  }

  start(): void {
    this.#isStarted = true;
    for (const connection of this.#connections.values()) this.#traffic.start(connection);
    if (this.#connections.size === 0) this.#task.finished();
  }

  stop(): void {
    this.#isStopped = true;
    for (const { owed } of this.#connections.values()) if (owed > 0) this.#owed += 1;
    if (this.#owed === 0) this.#task.finished();
  }

  failUnanswered(silentMs: number): void {
    for (const { number, owed, received } of this.#connections.values())
      if (owed > 0)
        this.#task.counters.fail({ type: 'silent', connection: number, offset: received, owed, waitedMs: silentMs });
  }

  close(): void {
    this.#opener.stop();
    for (const connection of this.#connections.values()) connection.close();
  }

  #connect(number: number): Connection {
    const { counters } = this.#task;
    const { drain } = this.#traffic;
    return new Connection(number, this.#settings, {
      open: () => this.#opener.ended(number, true),
      echo: (connection, bytes) => {
        counters.bytes += bytes;
        this.#traffic.echo(connection);
        if (this.#isStopped && connection.owed === 0) this.#answered();
      },
      ...(drain === undefined ? {} : { drain }),
      closed: (connection, failure) => this.#closed(connection, failure),
    });
  }

  #closed({ number, owed }: Connection, failure: LoadFailure | null): void {
    this.#connections.delete(number);
    if (failure !== null) this.#task.counters.fail(failure);
    this.#opener.ended(number, false);
    if (this.#isStopped && owed > 0) this.#answered();
    else if (this.#isStarted && this.#connections.size === 0) this.#task.finished();
  }

  /** One connection less is owed something. */
  #answered(): void {
    this.#owed -= 1;
    if (this.#owed === 0) this.#task.finished();
  }
}

/** Each connection sends one piece, waits until all of it has come back, and sends the next. */
export const pingpong = (task: Task): Load => {
  const { counters } = task;
  const sendNext = (connection: Connection): void => {
    if (load.isStopped) return;
    connection.since = performance.now();
    connection.send();
  };
  const batch = new EndOfTurnBatch(sendNext);
  const load = new TcpLoad(task, {
    start: sendNext,
    echo: (connection) => {
      if (connection.owed > 0) return;
      counters.recordLatency(performance.now() - connection.since);
      counters.roundTrips += 1;
      batch.add(connection);
    },
  });
  return load;
};

/**
 * Bytes of one connection that may be on their way. Measured with 64 KiB pieces against an echo in C: 128 KiB starve it,
 * 4 MiB leave the processor's caches, and either costs a fifth.
 */
const windowBytes = 512 * 1024;

/**
 * Pieces that a connection sends before others, timers and signals have their turn: with small pieces the window is
 * thousands of calls.
 */
const piecesAtOnce = 16;

/** Each connection sends piece after piece, as fast as the peer takes them and returns them. */
export const stream = (task: Task): Load => {
  const window = Math.max(windowBytes, 2 * task.size) - task.size;
  const waiting = new Set<Connection>();
  const sendMore = (connection: Connection): void => {
    const hasRoom = (): boolean =>
      !load.isStopped && !connection.isClosed && !connection.isFull && connection.owed <= window;
    for (let pieces = 0; pieces < piecesAtOnce && hasRoom(); pieces++) connection.send();
    if (!hasRoom() || waiting.has(connection)) return;
    waiting.add(connection);
    batch.add(connection);
  };
  const batch = new EndOfTurnBatch((connection: Connection) => {
    waiting.delete(connection);
    sendMore(connection);
  });
  const load = new TcpLoad(task, { start: sendMore, echo: sendMore, drain: sendMore });
  return load;
};
