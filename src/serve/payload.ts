import { printable } from '../text/printable.ts';
import { wholeCharacters } from './utf8.ts';

/** How `--data` shows what peers send. */
export const encodings = ['none', 'text', 'hex', 'base64'] as const;
export type Encoding = (typeof encodings)[number];

/**
 * Bytes made text at once: made harmless, they are some milliseconds of work and up to ten times as many characters, and
 * `eof` shows a message of many MiB. Base64 of pieces is that of the whole where three divides their length.
 */
const pieceBytes = 48 * 1024;

/**
 * Bytes as text, in pieces that are made when they are asked for: UTF-8 made harmless (see text/printable), lower-case
 * hex, or base64 (RFC 4648, 4). Pieces of UTF-8 end between characters; a mark that begins one is escaped.
 */
export const encoder = (encoding: Encoding): ((bytes: Uint8Array) => Iterable<string>) => {
  const readable = encoding === 'none' || encoding === 'text';
  return function* (bytes) {
    for (let from = 0, to = 0; from < bytes.length; from = to) {
      const piece = bytes.subarray(from, from + pieceBytes);
      to = from + piece.length;
      if (!readable) yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString(encoding);
      else {
        if (to < bytes.length) to = from + wholeCharacters(piece);
        yield printable(bytes.subarray(from, to));
      }
    }
  };
};
