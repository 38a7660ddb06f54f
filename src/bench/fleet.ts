import { Connection, type ConnectionSettings } from './connection.ts';
import type { Load, Task } from './load.ts';
import { ConnectionOpener, handshakePatienceMs } from './opening.ts';
import { Pattern } from './pattern.ts';
import type { LoadFailure } from './trouble.ts';

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
export class TcpLoad implements Load {
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
