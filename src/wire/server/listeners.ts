import { isIP } from 'node:net';
import type { Sharing, WireOptions } from '../../engine/protocol.ts';
import { resolveAddresses } from '../../net/address.ts';
import { type Carries, type Endpoint, transports } from '../../text/endpoint.ts';
import { type Listener, type ListenerEvents, type ListenOptions, listenTcp, listenUdp } from '../transport/listener.ts';
import { lockPort } from '../transport/port-lock.ts';

const carriedBy = ({ transport }: Endpoint): Carries => transports[transport].carries;

/** An endpoint as it was named, and the addresses to open it at. `isOneOfMany`: its name has others, so they are shown. */
interface Place {
  readonly named: Endpoint;
  readonly addresses: readonly string[];
  readonly isOneOfMany: boolean;
}

/** Free ports that are tried for a name with several addresses. */
const maxAttempts = 10;

/** An address that this machine does not have, or of a family that it does not speak. */
const isMissing = (fault: unknown): boolean =>
  typeof fault === 'object' &&
  fault !== null &&
  'code' in fault &&
  ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].some((code) => code === fault.code);

/** An address that a name shares with another endpoint, on one port, is opened once: `localhost:9000 127.0.0.1:9000`. */
const placesOf = async (endpoints: readonly Endpoint[], sharing: Sharing): Promise<readonly Place[]> => {
  if (sharing.type === 'join')
    return endpoints.map((named, at) => ({
      named,
      addresses: [sharing.addresses[at] ?? named.host],
      isOneOfMany: false,
    }));
  const found = await Promise.all(endpoints.map((endpoint) => resolveAddresses(endpoint)));
  const keyOf = ({ transport, port }: Endpoint, address: string): string => `${transport} ${address} ${port}`;
  const taken = new Set(endpoints.filter(({ port }) => port !== 0).map((endpoint) => keyOf(endpoint, endpoint.host)));
  return endpoints.flatMap((named, at) => {
    const addresses = found[at] ?? [];
    const isOneOfMany = addresses.length > 1;
    if (isIP(named.host) !== 0 || named.port === 0) return [{ named, addresses, isOneOfMany }];
    const own = addresses.filter((address) => !taken.has(keyOf(named, address)));
    for (const address of own) taken.add(keyOf(named, address));
    return own.length === 0 ? [] : [{ named, addresses: own, isOneOfMany }];
  });
};

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

  /**
   * Opens every endpoint, in the order given, or none: then rejects with the Fault of the first that failed. A name has a
   * listener for each of its addresses.
   */
  async open(endpoints: readonly Endpoint[], sharing: Sharing): Promise<readonly Listener[]> {
    const places = await placesOf(endpoints, sharing);
    const all = places.flatMap(({ named, addresses }) => addresses.map((host) => ({ ...named, host })));
    const unlock = sharing.type === 'first' ? await lockPort() : () => undefined;
    const attempts = await Promise.allSettled(places.map((place) => this.#openPlace(place, all, sharing)));
    unlock();
    this.#latest = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? attempt.value : []));
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

  /** Opens one endpoint at its addresses, on one port. One that this machine does not have is left out, if others are there. */
  async #openPlace(place: Place, all: readonly Endpoint[], sharing: Sharing): Promise<readonly Listener[]> {
    const { named, addresses, isOneOfMany } = place;
    for (let attempt = 1; ; attempt += 1) {
      const opened: Listener[] = [];
      let port = named.port;
      let missing: unknown;
      try {
        for (const host of addresses) {
          const endpoint = { ...named, host: isOneOfMany ? host : named.host, port };
          try {
            const listener = await this.#openOne(endpoint, host, all, sharing);
            opened.push(listener);
            port = listener.endpoint.port;
          } catch (error) {
            if (!isOneOfMany || !isMissing(error)) throw error;
            missing ??= error;
          }
        }
        if (opened.length === 0) throw missing;
        return opened;
      } catch (error) {
        for (const listener of opened) if (this.#open.delete(listener)) listener.close();
        // The free port of the first address may be taken at the next.
        if (named.port !== 0 || port === 0 || attempt === maxAttempts) throw error;
      }
    }
  }

  async #openOne(endpoint: Endpoint, host: string, all: readonly Endpoint[], sharing: Sharing): Promise<Listener> {
    const { backlog, rawStreams } = this.#options;
    const ipv6Only = leavesIPv4({ ...endpoint, host }, all);
    const listener = await this.#bind(
      endpoint,
      { address: host, ipv6Only, backlog, rawStreams, reusePort: false },
      sharing,
    );
    // A look-up of a name can take longer than the program runs.
    if (this.#isClosed) listener.close();
    else this.#open.add(listener);
    return listener;
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
