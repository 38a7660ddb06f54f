import { hash } from 'node:crypto';

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

/** A block of what was sent: its bytes, or their digest. */
type Block = { readonly bytes: Buffer } | { readonly digest: Buffer };

const blockBytes = 64 * 1024;

/** Blocks kept byte for byte: 8 MiB, more than an echo that answers at once leaves on its way. */
const mostKept = 128;

/**
 * Compares a reply with what was sent, while both stream by. Up to 8 MiB that were sent and have not come back are kept;
 * of what is beyond, a SHA-256 of each 64 KiB. So a server that answers after the half-close costs 512 KiB for each GiB,
 * and every wrong byte is still found: only its place is then known to the block.
 */
export class EchoCheck {
  readonly #blocks: Block[] = [];
  readonly #spare: Buffer[] = [];
  #kept = 0;
  #sent = 0;
  #received = 0;
  /** Of the received bytes, those that were held against what was sent. */
  #compared = 0;
  /** The part that has come of a block known by its digest. */
  #part: Buffer | null = null;
  #difference: Difference | null = null;

  /** To be told before the bytes are on the wire. They are copied. */
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
      const head = this.#blocks[0];
      const from = this.#compared % blockBytes;
      const piece = bytes.subarray(at, at + Math.min(blockBytes - from, this.#sent - this.#compared));
      if (head === undefined || piece.length === 0) {
        this.#difference = { type: 'early', offset: this.#compared };
        return;
      }
      if ('bytes' in head) this.#compareBytes(head.bytes, from, piece);
      else this.#compareDigest(head.digest, from, piece);
      at += piece.length;
      this.#compared += piece.length;
      if (this.#compared % blockBytes === 0) this.#drop(head);
    }
  }

  /** When both have ended: the first difference, or null where the reply is what was sent. */
  finish(): Difference | null {
    const surplus = this.#received - this.#sent;
    const first = this.#difference;
    if (first !== null && !(first.type === 'early' && first.offset === this.#sent)) return first;
    if (surplus > 0) return { type: 'extra', bytes: surplus, sent: this.#sent };
    return surplus < 0 ? { type: 'missing', bytes: -surplus, sent: this.#sent } : null;
  }

  /** A wrong byte found so far, while more may come. */
  get difference(): Difference | null {
    return this.#difference;
  }

  #keep(piece: Uint8Array, filled: number): void {
    if (filled === 0) {
      this.#blocks.push({ bytes: this.#spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes) });
      this.#kept += 1;
    }
    const last = this.#blocks.at(-1);
    if (last === undefined || !('bytes' in last)) return;
    last.bytes.set(piece, filled);
    if (filled + piece.length < blockBytes || this.#kept <= mostKept) return;
    this.#blocks[this.#blocks.length - 1] = { digest: hash('sha256', last.bytes, 'buffer') };
    this.#release(last.bytes);
  }

  #compareBytes(sent: Buffer, from: number, piece: Uint8Array): void {
    if (sent.compare(piece, 0, piece.length, from, from + piece.length) === 0) return;
    const at = piece.findIndex((byte, index) => byte !== sent[from + index]);
    this.#difference = {
      type: 'byte',
      offset: this.#compared + at,
      sent: sent[from + at] ?? 0,
      received: piece[at] ?? 0,
    };
  }

  #compareDigest(digest: Buffer, from: number, piece: Uint8Array): void {
    this.#part ??= Buffer.allocUnsafeSlow(blockBytes);
    this.#part.set(piece, from);
    const to = this.#compared + piece.length;
    if (to % blockBytes !== 0 || hash('sha256', this.#part, 'buffer').equals(digest)) return;
    this.#difference = { type: 'block', from: to - blockBytes, to };
  }

  #drop(block: Block): void {
    this.#blocks.shift();
    if ('bytes' in block) this.#release(block.bytes);
  }

  #release(bytes: Buffer): void {
    this.#kept -= 1;
    this.#spare.push(bytes);
  }
}
