import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * Who is let in: everyone inside `allow` (or everyone, where it is empty), except those inside `deny`.
 *
 * An IPv4 peer is one and the same whether it came to an IPv4 or to an IPv6 listener, and however the network is
 * written: `::ffff:10.0.0.0/104` is `10.0.0.0/8` (RFC 4291, 2.5.5.2), and `::/0` is everybody.
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
   * `address` as the system prints it. Its zone (RFC 4007, 11) says through which interface it came, and counts not. One
   * that is no address is let in only where everyone is.
   */
  allows(address: string): boolean {
    if (this.#allow === null && this.#deny === null) return true;
    const [zoneless = address] = address.split('%');
    if (isIP(zoneless) === 0) return false;
    // BlockList takes an IPv4-mapped IPv6 address for the IPv4 one (Node's documentation, net.BlockList).
    const family = familyOf(zoneless);
    if (this.#deny?.check(zoneless, family)) return false;
    return this.#allow?.check(zoneless, family) ?? true;
  }
}

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');

const listOf = (networks: readonly string[]): BlockList | null => {
  if (networks.length === 0) return null;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = familyOf(address);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
};
