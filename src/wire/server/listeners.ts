import type { RemoteInfo, Socket as UdpSocket } from 'node:dgram';
import type { Sharing } from '../../engine/protocol.ts';
import { resolveAddress } from '../../net/address.ts';
import type { Endpoint } from '../../text/endpoint.ts';
import type { Fault } from '../../text/fault.ts';
import { lockPort } from '../transport/port-lock.ts';
import type { Stream } from '../transport/stream.ts';
import { type Listener, listenTcp } from '../transport/tcp-listener.ts';
import { listenUdp } from '../transport/udp-listener.ts';

/** What the listeners of a thread need, and whom they tell. */
export interface ListenersOptions {
  /** Length of the queue of connections not yet accepted, listen(2). */
  readonly backlog: number;
  /** Whether connections are raw streams (see transport/raw-stream.ts), where this Node allows it. */
  readonly rawStreams: boolean;
  readonly onStream: (stream: Stream) => void;
  readonly onDatagram: (bytes: Buffer, from: RemoteInfo, socket: UdpSocket, endpoint: Endpoint) => void;
  readonly onFault: (fault: Fault) => void;
}

/** The listeners of one thread. */
export class Listeners {
  readonly #house: ListenersOptions;
  readonly #open = new Set<Listener>();
  #latest: readonly Listener[] = [];
  #closed = false;

  constructor(house: ListenersOptions) {
    this.#house = house;
  }

  /** The endpoints of a transport that are listened on, real ports included. */
  of(transport: Endpoint['transport']): readonly Endpoint[] {
    return [...this.#open].flatMap(({ endpoint }) => (endpoint.transport === transport ? [endpoint] : []));
  }

  /** Opens every endpoint, or none: then rejects with the Fault of the first that failed. In the order given. */
  async open(endpoints: readonly Endpoint[], sharing: Sharing): Promise<readonly Listener[]> {
    const addresses = await this.#addresses(endpoints, sharing);
    const endTurn = sharing.type === 'first' ? await lockPort() : () => undefined;
    const attempts = await Promise.allSettled(
      endpoints.map(async (endpoint, index) => {
        const listener = await this.#bind(endpoint, addresses[index] ?? null, endpoints, sharing);
        // A name may be looked up for longer than the program lives.
        if (this.#closed) listener.close();
        else this.#open.add(listener);
        return listener;
      }),
    );
    endTurn();
    this.#latest = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    const failed = attempts.find((attempt) => attempt.status === 'rejected');
    if (failed === undefined) return this.#latest;
    this.closeLatest();
    throw failed.reason;
  }

  /** Closes what was opened last. */
  closeLatest(): void {
    // Those that were closed meanwhile are no longer open: a UDP socket throws when it is closed twice.
    for (const listener of this.#latest) if (this.#open.delete(listener)) listener.close();
    this.#latest = [];
  }

  /** Closes those of a transport, and lets none be opened any more. */
  close(transport: Endpoint['transport']): void {
    this.#closed = true;
    for (const listener of this.#open) {
      if (listener.endpoint.transport !== transport) continue;
      listener.close();
      this.#open.delete(listener);
    }
  }

  /** Where each endpoint is to be bound, where that is decided before; for a port that is shared it must be. */
  async #addresses(endpoints: readonly Endpoint[], sharing: Sharing): Promise<readonly string[]> {
    if (sharing.type === 'alone') return [];
    if (sharing.type === 'join') return sharing.addresses;
    return Promise.all(endpoints.map((endpoint) => resolveAddress(endpoint)));
  }

  /**
   * A port that threads share is opened twice: first as one that nobody shares, which fails where anybody listens, even
   * another program of this user that would share it (SO_REUSEPORT, socket(7)), and finds the real port. Who opens it
   * to be shared at once has told no such thing.
   */
  async #bind(
    endpoint: Endpoint,
    address: string | null,
    all: readonly Endpoint[],
    { type }: Sharing,
  ): Promise<Listener> {
    if (type !== 'first') return this.#listen(endpoint, address, all, type === 'join');
    const claim = await this.#listen(endpoint, address, all, false);
    claim.close();
    return this.#listen(claim.endpoint, address, all, true);
  }

  #listen(endpoint: Endpoint, address: string | null, all: readonly Endpoint[], reusePort: boolean): Promise<Listener> {
    const { backlog, rawStreams, onFault, onStream, onDatagram } = this.#house;
    const options = { address, backlog, ipv6Only: leavesIPv4(endpoint, all), reusePort, rawStreams, onFault };
    return endpoint.transport === 'tcp'
      ? listenTcp(endpoint, options, onStream)
      : listenUdp(endpoint, options, onDatagram);
  }
}

/** Whether an IPv6 endpoint must leave IPv4 peers alone: an IPv4 endpoint of the same port was named beside it. */
const leavesIPv4 = (endpoint: Endpoint, all: readonly Endpoint[]): boolean =>
  endpoint.host.includes(':') &&
  endpoint.port !== 0 &&
  all.some(
    (other) => other.transport === endpoint.transport && !other.host.includes(':') && other.port === endpoint.port,
  );
