import type { Sharing, WireOptions } from '../../engine/protocol.ts';
import { resolveAddress } from '../../net/address.ts';
import { type Carries, type Endpoint, transports } from '../../text/endpoint.ts';
import { type Listener, type ListenerEvents, type ListenOptions, listenTcp, listenUdp } from '../transport/listener.ts';
import { lockPort } from '../transport/port-lock.ts';

const carriedBy = ({ transport }: Endpoint): Carries => transports[transport].carries;

/** The listeners of one thread. */
export class Listeners {
  readonly #options: Pick<WireOptions, 'backlog' | 'rawStreams'>;
  readonly #events: ListenerEvents;
  readonly #open = new Set<Listener>();
  #latest: readonly Listener[] = [];
  #isClosed = false;

  constructor(options: Pick<WireOptions, 'backlog' | 'rawStreams'>, events: ListenerEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** The open endpoints for streams, or for datagrams, real ports included. */
  of(carries: Carries): readonly Endpoint[] {
    return [...this.#open].flatMap(({ endpoint }) => (carriedBy(endpoint) === carries ? [endpoint] : []));
  }

  /** Opens every endpoint, in the order given, or none: then rejects with the Fault of the first that failed. */
  async open(endpoints: readonly Endpoint[], sharing: Sharing): Promise<readonly Listener[]> {
    const addresses = await this.#addresses(endpoints, sharing);
    const unlock = sharing.type === 'first' ? await lockPort() : () => undefined;
    const { backlog, rawStreams } = this.#options;
    const attempts = await Promise.allSettled(
      endpoints.map(async (endpoint, index) => {
        const [address, ipv6Only] = [addresses[index] ?? null, leavesIPv4(endpoint, endpoints)];
        const options = { address, ipv6Only, backlog, rawStreams, reusePort: false };
        const listener = await this.#bind(endpoint, options, sharing);
        // A look-up of a name can take longer than the program runs.
        if (this.#isClosed) listener.close();
        else this.#open.add(listener);
        return listener;
      }),
    );
    unlock();
    this.#latest = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    const failed = attempts.find((attempt) => attempt.status === 'rejected');
    if (failed === undefined) return this.#latest;
    this.closeLatest();
    throw failed.reason;
  }

  /** Closes what the last `open` opened. */
  closeLatest(): void {
    // Only those still open: a UDP socket throws when it is closed twice.
    for (const listener of this.#latest) if (this.#open.delete(listener)) listener.close();
    this.#latest = [];
  }

  /** Closes those for streams, or for datagrams, and opens none any more. */
  close(carries: Carries): void {
    this.#isClosed = true;
    for (const listener of this.#open) {
      if (carriedBy(listener.endpoint) !== carries) continue;
      listener.close();
      this.#open.delete(listener);
    }
  }

  /** The address for each endpoint where it is known before bind. For a port that threads share it must be. */
  async #addresses(endpoints: readonly Endpoint[], sharing: Sharing): Promise<readonly string[]> {
    if (sharing.type === 'alone') return [];
    if (sharing.type === 'join') return sharing.addresses;
    return Promise.all(endpoints.map((endpoint) => resolveAddress(endpoint)));
  }

  /**
   * The first thread opens a shared port twice: at first unshared, which finds the real port, and fails where anybody
   * listens, even another program of this user that shares it too (SO_REUSEPORT, socket(7)). A shared bind alone would
   * succeed there.
   */
  async #bind(endpoint: Endpoint, options: ListenOptions, { type }: Sharing): Promise<Listener> {
    if (type !== 'first') return this.#listen(endpoint, { ...options, reusePort: type === 'join' });
    const claim = await this.#listen(endpoint, options);
    claim.close();
    return this.#listen(claim.endpoint, { ...options, reusePort: true });
  }

  #listen(endpoint: Endpoint, options: ListenOptions): Promise<Listener> {
    switch (endpoint.transport) {
      case 'tcp':
        return listenTcp(endpoint, options, this.#events);
      case 'udp':
        return listenUdp(endpoint, options, this.#events);
      default:
        return endpoint.transport satisfies never;
    }
  }
}

/** Whether an IPv6 endpoint must leave IPv4 peers alone: an IPv4 endpoint of the same port was named beside it. */
const leavesIPv4 = (endpoint: Endpoint, all: readonly Endpoint[]): boolean =>
  endpoint.host.includes(':') &&
  endpoint.port !== 0 &&
  all.some(
    (other) => carriedBy(other) === carriedBy(endpoint) && !other.host.includes(':') && other.port === endpoint.port,
  );
