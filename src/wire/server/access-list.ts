import { BlockList, isIP } from 'node:net';

/**
 * The peers that may connect: those inside `allow` (all, where it is empty), except those inside `deny`. BlockList takes an
 * IPv4 address for the same in both notations (RFC 4291, 2.5.5.2): `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
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
    if (isIP(zoneless) === 0) return false;
    const family = zoneless.includes(':') ? 'ipv6' : 'ipv4';
    if (this.#deny?.check(zoneless, family)) return false;
    return this.#allow?.check(zoneless, family) ?? true;
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
