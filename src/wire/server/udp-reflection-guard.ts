import type { RemoteInfo } from 'node:dgram';
import { BlockList, isIPv4 } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { type Endpoint, unmapped } from '../../text/endpoint.ts';

/**
 * Ports of services that answer every datagram: echo, daytime, qotd, chargen, time (RFC 862, 867, 865, 864, 868). No client
 * sends from there. NetBSD's inetd does not answer these (but qotd) and discard; OpenBSD's none below 1024, from where
 * clients do send (NTP, IKE, and every privileged process).
 */
const answeringPorts: readonly number[] = [7, 13, 17, 19, 37];

/** Addresses of no single host: this network, multicast, reserved, limited broadcast (RFC 1122, 3.2.1.3). */
const noHosts = new BlockList();
noHosts.addSubnet('0.0.0.0', 8);
noHosts.addSubnet('224.0.0.0', 3);
noHosts.addAddress('::', 'ipv6');
noHosts.addSubnet('ff00::', 8, 'ipv6');

/** How long a list of interfaces is used, ms: to ask for it takes longer than to answer a datagram. */
const interfacesMs = 1000;

/**
 * The source addresses that get no answer, because it would reach many hosts, or be answered in turn. A sender can write any
 * source address into a datagram.
 */
export class UdpReflectionGuard {
  readonly #listeners: () => readonly Endpoint[];
  readonly #now: () => number;
  #interfaces: readonly NetworkInterfaceInfo[] = [];
  #askedAt = -Infinity;

  /** `listeners` are our own UDP listeners, `now` is monotonic, ms. */
  constructor(listeners: () => readonly Endpoint[], now: () => number) {
    this.#listeners = listeners;
    this.#now = now;
  }

  /** Whether a datagram from there must not be answered. */
  has({ address, port }: Pick<RemoteInfo, 'address' | 'port'>): boolean {
    // Port 0 wants no answer (RFC 768).
    if (port === 0 || answeringPorts.includes(port)) return true;
    const [plain = address] = address.split('%');
    return (
      noHosts.check(plain, plain.includes(':') ? 'ipv6' : 'ipv4') ||
      this.#isBroadcast(plain) ||
      this.#isOwnListener(plain, port)
    );
  }

  /** Whether it is the broadcast address of a network of ours (RFC 922). */
  #isBroadcast(address: string): boolean {
    const plain = unmapped(address);
    return isIPv4(plain) && this.#ownInterfaces().some((own) => broadcastOf(own) === plain);
  }

  /** Our own listener would answer for ever. */
  #isOwnListener(address: string, port: number): boolean {
    const hosts = this.#listeners().flatMap((listener) => (listener.port === port ? [listener.host] : []));
    if (hosts.length === 0) return false;
    const plain = unmapped(address);
    return (
      hosts.includes(address) || plain.startsWith('127.') || this.#ownInterfaces().some((own) => own.address === plain)
    );
  }

  #ownInterfaces(): readonly NetworkInterfaceInfo[] {
    if (this.#now() - this.#askedAt >= interfacesMs) {
      this.#askedAt = this.#now();
      try {
        this.#interfaces = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
      } catch {
        // The call needs a descriptor, and none may be left (EMFILE): the old list stays.
      }
    }
    return this.#interfaces;
  }
}

/** Null where a network has none: IPv6, a single address, and a link between two (RFC 3021). */
const broadcastOf = ({ address, netmask, family, cidr }: NetworkInterfaceInfo): string | null => {
  if (family !== 'IPv4' || Number(cidr?.split('/')[1] ?? 32) > 30) return null;
  const mask = netmask.split('.').map(Number);
  return address
    .split('.')
    .map((byte, place) => Number(byte) | (~(mask[place] ?? 255) & 255))
    .join('.');
};
