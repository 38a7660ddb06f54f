import { BlockList, isIP } from 'node:net';

const mapped = '::ffff:';

/**
 * The peers that may connect: those inside `allow` (all, where it is empty), except those inside `deny`.
 *
 * An IPv4 peer is the same at an IPv4 and at an IPv6 listener, and however the network is written: `::ffff:10.0.0.0/104` is
 * `10.0.0.0/8` (RFC 4291, 2.5.5.2), and `::/0` is every peer.
 */
export class AccessList {
  readonly #allow: BlockList | null;
  readonly #deny: BlockList | null;

  /** Networks as CIDR, `10.0.0.0/8` or `fd00::/8`, or single addresses. */
  constructor(allow: readonly string[], deny: readonly string[]) {
    this.#allow = listOf(allow);
    this.#deny = listOf(deny);
  }

  /**
   * `address` as the system prints it. Its zone (RFC 4007, 11) names an interface and does not count. A text that is no
   * address is allowed only where every peer is.
   */
  allows(address: string): boolean {
    if (this.#allow === null && this.#deny === null) return true;
    const [zoneless = address] = address.split('%');
    const plain = zoneless.startsWith(mapped) ? zoneless.slice(mapped.length) : zoneless;
    if (isIP(plain) === 0) return false;
    const family = plain.includes(':') ? 'ipv6' : 'ipv4';
    if (this.#deny?.check(plain, family)) return false;
    return this.#allow?.check(plain, family) ?? true;
  }
}

const listOf = (networks: readonly string[]): BlockList | null => {
  if (networks.length === 0) return null;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
};
