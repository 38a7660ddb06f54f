/** What a capture has of a TCP segment. */
export interface Segment {
  /** Wall-clock time, ms since 1970. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly seq: number;
  readonly ack: number;
  /** Bytes of payload. */
  readonly length: number;
  readonly flags: Readonly<Record<'fin' | 'syn' | 'rst' | 'ack', boolean>>;
}

const fileHeader = 24;
const packetHeader = 16;
const ethernetHeader = 14;

/**
 * Reads the TCP segments over IPv4 of a capture in the format of pcap (draft-ietf-opsawg-pcap): little-endian, times in
 * µs, Ethernet, which is what tcpdump writes on loopback here.
 */
export class PcapReader {
  readonly segments: Segment[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #isStarted = false;

  push(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    if (!this.#isStarted) {
      if (this.#rest.length < fileHeader) return;
      const [magic, link] = [this.#rest.readUInt32LE(0), this.#rest.readUInt32LE(20)];
      if (magic !== 0xa1b2c3d4 || link !== 1) throw new Error(`a capture of another kind: ${magic}, link type ${link}`);
      this.#isStarted = true;
      at = fileHeader;
    }
    while (at + packetHeader <= this.#rest.length) {
      const kept = this.#rest.readUInt32LE(at + 8);
      const end = at + packetHeader + kept;
      if (end > this.#rest.length) break;
      const ms = this.#rest.readUInt32LE(at) * 1e3 + this.#rest.readUInt32LE(at + 4) / 1e3;
      this.#read(ms, this.#rest.subarray(at + packetHeader + ethernetHeader, end));
      at = end;
    }
    this.#rest = this.#rest.subarray(at);
  }

  #read(at: number, ip: Buffer): void {
    const [version, headerBytes] = [ip.readUInt8(0) >> 4, (ip.readUInt8(0) & 15) * 4];
    if (version !== 4 || ip.readUInt8(9) !== 6) return;
    const tcp = ip.subarray(headerBytes);
    const bits = tcp.readUInt8(13);
    this.segments.push({
      at,
      from: tcp.readUInt16BE(0),
      to: tcp.readUInt16BE(2),
      seq: tcp.readUInt32BE(4),
      ack: tcp.readUInt32BE(8),
      length: ip.readUInt16BE(2) - headerBytes - (tcp.readUInt8(12) >> 4) * 4,
      flags: { fin: (bits & 1) !== 0, syn: (bits & 2) !== 0, rst: (bits & 4) !== 0, ack: (bits & 16) !== 0 },
    });
  }
}
