import type { DataRecord } from '../../memory/recorder/record.ts';
import { isStream } from '../../text/endpoint.ts';
import { escapeBytes, escapeBytesToAscii } from '../../text/escapes.ts';
import { completeLength } from '../../text/utf8.ts';

/**
 * Puts characters together that a stream cut in two: TCP knows bytes, and a read may end inside of one. Its first
 * bytes, three at most for each connection, wait for the rest. Datagrams are whole.
 */
export class CharacterJoiner {
  readonly #tails = new Map<number, Uint8Array>();

  /** What came before and was cut, and these bytes, as far as they are whole. */
  join({ id, transport, bytes }: Pick<DataRecord, 'id' | 'transport' | 'bytes'>): Uint8Array {
    if (!isStream(transport)) return bytes;
    const tail = this.rest(id);
    const all = tail === undefined ? bytes : Buffer.concat([tail, bytes]);
    const end = completeLength(all);
    if (end < all.length) this.#tails.set(id, all.slice(end));
    return all.subarray(0, end);
  }

  /** Gives up what waits of one connection. */
  rest(id: number): Uint8Array | undefined {
    const tail = this.#tails.get(id);
    this.#tails.delete(id);
    return tail;
  }

  /** Connections of which something waits. */
  waiting(): number[] {
    return [...this.#tails.keys()];
  }
}

/** How `--data` shows what peers send. */
export const encodings = ['none', 'text', 'hex', 'base64'] as const;
export type Encoding = (typeof encodings)[number];

/**
 * Bytes made text at once: made harmless, they are some milliseconds of work and up to ten times as many characters, and
 * `eof` shows a message of many MiB. Base64 of pieces is that of the whole where three divides their length.
 */
const pieceBytes = 48 * 1024;

/**
 * Bytes as text, in pieces that are made when they are asked for: UTF-8 with escapes, which make it harmless and can be
 * read back (see text/escapes); lower-case hex; or base64 (RFC 4648, 4). Pieces of UTF-8 end between characters; a mark
 * that begins one is escaped.
 */
export const encoder = (encoding: Encoding, ascii: boolean): ((bytes: Uint8Array) => Iterable<string>) => {
  const readable = encoding === 'none' || encoding === 'text';
  const escaped = ascii ? escapeBytesToAscii : escapeBytes;
  return function* (bytes) {
    for (let from = 0, to = 0; from < bytes.length; from = to) {
      const piece = bytes.subarray(from, from + pieceBytes);
      to = from + piece.length;
      if (!readable) yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString(encoding);
      else {
        if (to < bytes.length) to = from + completeLength(piece);
        yield escaped(bytes.subarray(from, to));
      }
    }
  };
};
