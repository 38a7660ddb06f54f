import { BlockList } from 'node:net';

const mapped = '::ffff:';

/** Who is let in: everyone inside `allow` (or everyone, where it is empty), except those inside `deny`. */
export class Doors {
  readonly #allow: BlockList | null;
  readonly #deny: BlockList | null;

  /** Networks as CIDR, `10.0.0.0/8` or `fd00::/8`, or single addresses. */
  constructor(allow: readonly string[], deny: readonly string[]) {
    this.#allow = listOf(allow);
    this.#deny = listOf(deny);
  }

  /** `address` as the system prints it. An IPv4 peer of an IPv6 listener (RFC 4291, 2.5.5.2) is taken as IPv4. */
  admit(address: string): boolean {
    if (this.#allow === null && this.#deny === null) return true;
    const plain = address.startsWith(mapped) ? address.slice(mapped.length) : (address.split('%')[0] ?? address);
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
