import { createServer, type Server, type Socket } from 'node:net';
import type { Endpoint, Fault, WireEvent } from '../engine/protocol.ts';
import type { Discipline } from '../ledger/row.ts';
import type { LedgerWriter } from '../ledger/writer.ts';
import { Connection, type Surroundings } from './connection.ts';
import { faultOf, listenStage } from './fault.ts';
import { StalledSet } from './stalled.ts';

/** How long a connection must have been silent to count as finished when the program shuts down, ms. */
const quietMs = 100;
const drainPollMs = 20;

interface ServerOptions {
  readonly ledger: LedgerWriter;
  readonly discipline: Discipline;
  readonly backlog: number;
  readonly maxConnections: number;
  readonly post: (event: WireEvent) => void;
}

type Bound = { readonly server: Server; readonly endpoint: Endpoint };

/** The embedded server: its listeners and the connections they accepted. */
export class EchoServer {
  readonly #options: ServerOptions;
  readonly #connections = new Set<Connection>();
  readonly #around: Surroundings;
  #listeners: Server[] = [];

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#around = {
      ledger: options.ledger,
      stalled: new StalledSet(),
      onClosed: (connection) => this.#connections.delete(connection),
    };
  }

  /** Opens every endpoint, or none: then the fault of the first that failed is posted. */
  async listen(endpoints: readonly Endpoint[]): Promise<void> {
    const attempts = await Promise.allSettled(endpoints.map((endpoint) => this.#bind(endpoint, endpoints)));
    const bound = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    const failed = attempts.find((attempt) => attempt.status === 'rejected');
    if (failed !== undefined) {
      for (const { server } of bound) server.close();
      this.#options.post({ type: 'refused', fault: failed.reason satisfies Fault });
      return;
    }
    this.#listeners.push(...bound.map(({ server }) => server));
    this.#options.post({ type: 'listening', endpoints: bound.map(({ endpoint }) => endpoint) });
  }

  /**
   * Accepts no more, lets connections finish for `graceMs` at most, and ends the rest. A connection has finished when
   * nothing is owed to it and it has been silent for a moment: an idle peer must not hold the program up.
   */
  async stop(graceMs: number): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    const deadline = performance.now() + graceMs;
    while (this.#connections.size > 0 && performance.now() < deadline) {
      for (const connection of this.#connections) if (connection.idle(quietMs)) connection.finish();
      await new Promise((resolve) => setTimeout(resolve, drainPollMs));
    }
    for (const connection of this.#connections) connection.abandon();
    // A destroyed socket tells of its end a little later; the ledger is complete only then.
    while (this.#connections.size > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  #bind(endpoint: Endpoint, all: readonly Endpoint[]): Promise<Bound> {
    return new Promise((resolve, reject) => {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
      server.once('error', (error) => reject(faultOf(error, listenStage(error), endpoint)));
      server.listen(
        {
          host: endpoint.host,
          port: endpoint.port,
          backlog: this.#options.backlog,
          ipv6Only: sharesPortWithIPv4(endpoint, all),
          exclusive: true,
        },
        () => {
          server.removeAllListeners('error');
          server.on('error', (error) =>
            this.#options.post({ type: 'fault', fault: faultOf(error, 'accept', endpoint) }),
          );
          const address = server.address();
          const port = address !== null && typeof address === 'object' ? address.port : endpoint.port;
          resolve({ server, endpoint: { ...endpoint, port } });
        },
      );
    });
  }

  #accept(socket: Socket): void {
    const { ledger, maxConnections, discipline } = this.#options;
    const { remoteAddress, remotePort, localAddress, localPort } = socket;
    // The peer may have reset the connection while it waited in the backlog: then it has no name any more.
    const ends = {
      transport: 'tcp',
      peerHost: remoteAddress ?? '?',
      peerPort: remotePort ?? 0,
      localHost: localAddress ?? '?',
      localPort: localPort ?? 0,
    } as const;
    const slot = ledger.open < maxConnections ? ledger.enter(ends, discipline) : -1;
    if (slot === -1) {
      ledger.refused();
      socket.on('error', () => {});
      socket.resetAndDestroy();
      return;
    }
    this.#connections.add(new Connection(socket, slot, this.#around));
  }
}

/**
 * An IPv6 listener on the unspecified address also takes IPv4 peers (RFC 3493, 5.3), unless an IPv4 endpoint of the
 * same port was named beside it: then both could not be bound.
 */
const sharesPortWithIPv4 = (endpoint: Endpoint, all: readonly Endpoint[]): boolean =>
  endpoint.host.includes(':') &&
  all.some((other) => !other.host.includes(':') && other.port === endpoint.port && endpoint.port !== 0);
