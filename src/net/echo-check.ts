import { createHash, type Hash, hash } from 'node:crypto';

/** How a reply differs from what was sent. Offsets count from 0, in bytes of the whole reply. */
export type Difference =
  | { readonly type: 'byte'; readonly offset: number; readonly sent: number; readonly received: number }
  /** Somewhere in `from` up to, not including, `to`: of these bytes only a digest was kept. */
  | { readonly type: 'block'; readonly from: number; readonly to: number }
  /** A byte came back before the one in its place had been sent. */
  | { readonly type: 'early'; readonly offset: number }
  /** The reply goes on for so many bytes after the last of the `sent` ones. */
  | { readonly type: 'extra'; readonly bytes: number; readonly sent: number }
  /** The reply ends so many bytes before the last of the `sent` ones. */
  | { readonly type: 'missing'; readonly bytes: number; readonly sent: number };

/** A stretch of what was sent, 64 KiB but for the last one: its bytes, or their digest. */
type Block = { readonly bytes: Buffer } | Digested;

/** A digest of `length` bytes, whole blocks of 64 KiB. */
interface Digested {
  readonly digest: string;
  readonly length: number;
}

/** Everything behind the last block that has its own digest. */
interface Rest {
  readonly hash: Hash;
  length: number;
}

const blockBytes = 64 * 1024;

export interface EchoCheckLimits {
  /** Blocks kept byte for byte. */
  readonly kept: number;
  /** Blocks kept as a digest each. */
  readonly digests: number;
}

/** 8 MiB, more than an echo that answers at once leaves on its way; and 1 GiB, whose digests take about a megabyte. */
const defaultLimits: EchoCheckLimits = { kept: 128, digests: 16_384 };

/**
 * Compares a reply with what was sent, while both stream by. Up to 8 MiB that were sent and have not come back are kept;
 * of the next GiB a SHA-256 of each 64 KiB, and one of all the rest. So a server that answers after the half-close, or
 * never, costs ten megabytes at most, and every wrong byte is still found: only its place is then known less exactly.
 */
export class EchoCheck {
  readonly #limits: EchoCheckLimits;
  readonly #blocks: Block[] = [];
  readonly #spare: Buffer[] = [];
  #kept = 0;
  #digests = 0;
  /** Behind all of the blocks but the one that is being filled. */
  #rest: Rest | null = null;
  /** The block that is being filled. */
  #filling: Buffer | null = null;
  #sent = 0;
  #received = 0;
  /** Received bytes that were compared with what was sent. */
  #compared = 0;
  /** Those of them that lie in the first block. */
  #within = 0;
  /** The digest of what has come of the first block, where only its digest was kept. */
  #part: Hash | null = null;
  #difference: Difference | null = null;

  constructor(limits: EchoCheckLimits = defaultLimits) {
    this.#limits = limits;
  }

  /** To be called before the bytes are on the wire. They are copied. */
  sent(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const filled = this.#sent % blockBytes;
      const piece = bytes.subarray(at, at + blockBytes - filled);
      at += piece.length;
      this.#sent += piece.length;
      // After the first difference only the counts matter.
      if (this.#difference === null) this.#keep(piece, filled);
    }
  }

  received(bytes: Uint8Array): void {
    this.#received += bytes.length;
    for (let at = 0; at < bytes.length && this.#difference === null; ) {
      const head = this.#head();
      const length = head === null || 'bytes' in head ? blockBytes : head.length;
      const piece = bytes.subarray(at, at + Math.min(length - this.#within, this.#sent - this.#compared));
      if (head === null || piece.length === 0) {
        this.#difference = { type: 'early', offset: this.#compared };
        return;
      }
      if ('bytes' in head) this.#compareBytes(head.bytes, piece);
      else this.#compareDigest(head, piece);
      at += piece.length;
      this.#compared += piece.length;
      this.#within += piece.length;
      if (this.#within === length) this.#drop(head);
    }
  }

  /** To be called when both have ended: the first difference, or null where the reply equals what was sent. */
  finish(): Difference | null {
    const surplus = this.#received - this.#sent;
    const first = this.#difference;
    if (first !== null && !(first.type === 'early' && first.offset === this.#sent)) return first;
    if (surplus > 0) return { type: 'extra', bytes: surplus, sent: this.#sent };
    return surplus < 0 ? { type: 'missing', bytes: -surplus, sent: this.#sent } : null;
  }

  /** Whether more has come than was sent: once that is all, no echo can do so. */
  get isTooLong(): boolean {
    return this.#received > this.#sent;
  }

  /** A wrong byte found so far, while more may come. */
  get difference(): Difference | null {
    return this.#difference;
  }

  #keep(piece: Uint8Array, filled: number): void {
    if (filled === 0) this.#filling = this.#spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
    const bytes = this.#filling;
    if (bytes === null) return;
    bytes.set(piece, filled);
    if (filled + piece.length < blockBytes) return;
    this.#filling = null;
    this.#store(bytes);
  }

  /** Where the reply has come to; null where it has come to the end of what was sent. */
  #head(): Block | null {
    const first = this.#blocks[0];
    if (first !== undefined) return first;
    if (this.#rest === null) return this.#filling === null ? null : { bytes: this.#filling };
    const { hash, length } = this.#rest;
    const rest = { digest: hash.digest('binary'), length };
    this.#rest = null;
    this.#digests += 1;
    this.#blocks.push(rest);
    return rest;
  }

  #compareBytes(sent: Buffer, piece: Uint8Array): void {
    const from = this.#within;
    if (sent.compare(piece, 0, piece.length, from, from + piece.length) === 0) return;
    const at = piece.findIndex((byte, index) => byte !== sent[from + index]);
    this.#difference = {
      type: 'byte',
      offset: this.#compared + at,
      sent: sent[from + at] ?? 0,
      received: piece[at] ?? 0,
    };
  }

  #compareDigest({ digest, length }: Digested, piece: Uint8Array): void {
    this.#part ??= createHash('sha256');
    this.#part.update(piece);
    if (this.#within + piece.length < length) return;
    const differs = this.#part.digest('binary') !== digest;
    this.#part = null;
    const to = this.#compared + piece.length;
    if (differs) this.#difference = { type: 'block', from: to - length, to };
  }

  #drop(block: Block): void {
    this.#blocks.shift();
    this.#within = 0;
    if ('bytes' in block) {
      this.#kept -= 1;
      this.#spare.push(block.bytes);
    } else this.#digests -= 1;
  }

  /** A block is full. */
  #store(bytes: Buffer): void {
    if (this.#rest === null && this.#kept < this.#limits.kept) {
      this.#kept += 1;
      this.#blocks.push({ bytes });
      return;
    }
    if (this.#rest === null && this.#digests < this.#limits.digests) {
      this.#digests += 1;
      this.#blocks.push({ digest: hash('sha256', bytes, 'binary'), length: blockBytes });
    } else {
      this.#rest ??= { hash: createHash('sha256'), length: 0 };
      this.#rest.hash.update(bytes);
      this.#rest.length += blockBytes;
    }
    this.#spare.push(bytes);
  }
}
