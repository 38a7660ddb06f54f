import { Connection, type ConnectionSettings } from './connection.ts';
import { ConnectionOpener, handshakePatienceMs } from './connection-opener.ts';
import type { LoadFailure } from './failure.ts';
import { Pattern } from './pattern.ts';
import type { Load, Task } from './plan.ts';

/**
 * Lets everybody read before anybody writes: what is due waits for the end of this turn of the event loop. On loopback
 * the sender's system call does the receiver's work as well, and wakes it where it sleeps; a server that is given its
 * requests in a row stays awake. Measured with 64 connections in ping-pong: a fifth more round trips for the same
 * processor time.
 */
export class EndOfTurnBatch<Item> {
  readonly #act: (item: Item) => void;
  #due: Item[] = [];
  #spare: Item[] = [];

  constructor(act: (item: Item) => void) {
    this.#act = act;
  }

  add(item: Item): void {
    if (this.#due.push(item) === 1) setImmediate(this.#end);
  }

  readonly #end = (): void => {
    const due = this.#due;
    this.#due = this.#spare;
    this.#spare = due;
    for (const item of due) this.#act(item);
    due.length = 0;
  };
}

/** What is done with each connection of a fleet. */
export interface TcpPattern {
  readonly start: (connection: Connection) => void;
  /** Some of what was sent has come back; after the stop too. */
  readonly echo: (connection: Connection) => void;
  readonly drain?: (connection: Connection) => void;
}

/** Bytes that one read takes at most. Measured with 64 KiB pieces: a tenth faster than with 64 KiB. */
const readBytes = 256 * 1024;

export const settingsOf = ({ endpoint, host, size }: Task): ConnectionSettings => ({
  host,
  endpoint,
  pattern: new Pattern(size, readBytes),
  buffer: new Uint8Array(readBytes),
});

/**
 * Connections that are all established before the first sends, and stay open to the end. One that fails is not replaced:
 * the load of a bench is the connections that it began with, or fewer, and it says so.
 */
class TcpLoad implements Load {
  readonly #task: Task;
  readonly #common: ConnectionSettings;
  readonly #drill: TcpPattern;
  readonly #connections = new Map<number, Connection>();
  readonly #opening: ConnectionOpener;
  #started = false;
  #stopped = false;
  /** Once it is stopped: connections to which something is owed. */
  #owing = 0;

  constructor(task: Task, drill: TcpPattern) {
    this.#task = task;
    this.#common = settingsOf(task);
    this.#drill = drill;
    this.#opening = new ConnectionOpener(
      task.connections,
      task.part,
      (number) => this.#connections.set(number, this.#connect(number)),
      (connection) => {
        this.#connections.get(connection)?.close();
        this.#connections.delete(connection);
        task.counters.fail({ type: 'waiting', connection, waitedMs: handshakePatienceMs });
      },
    );
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  open(): Promise<void> {
    return this.#opening.run();
  }

  start(): void {
    this.#started = true;
    for (const connection of this.#connections.values()) this.#drill.start(connection);
    if (this.#connections.size === 0) this.#task.idle();
  }

  stop(): void {
    this.#stopped = true;
    for (const { owed } of this.#connections.values()) if (owed > 0) this.#owing += 1;
    if (this.#owing === 0) this.#task.idle();
  }

  settle(silentMs: number): void {
    for (const { number, owed, received } of this.#connections.values())
      if (owed > 0)
        this.#task.counters.fail({ type: 'silent', connection: number, offset: received, owed, waitedMs: silentMs });
  }

  close(): void {
    this.#opening.stop();
    for (const connection of this.#connections.values()) connection.close();
  }

  #connect(number: number): Connection {
    const { counters } = this.#task;
    const { drain } = this.#drill;
    return new Connection(number, this.#common, {
      open: () => this.#opening.ended(number, true),
      echo: (connection, bytes) => {
        counters.bytes += bytes;
        this.#drill.echo(connection);
        if (this.#stopped && connection.owed === 0) this.#settled();
      },
      ...(drain === undefined ? {} : { drain }),
      gone: (connection, failure) => this.#gone(connection, failure),
    });
  }

  #gone({ number, owed }: Connection, failure: LoadFailure | null): void {
    this.#connections.delete(number);
    if (failure !== null) this.#task.counters.fail(failure);
    this.#opening.ended(number, false);
    if (this.#stopped && owed > 0) this.#settled();
    else if (this.#started && this.#connections.size === 0) this.#task.idle();
  }

  #settled(): void {
    this.#owing -= 1;
    if (this.#owing === 0) this.#task.idle();
  }
}

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
