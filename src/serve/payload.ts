import { printable } from '../text/printable.ts';

/** How `--data` shows what peers send. */
export const encodings = ['none', 'text', 'hex', 'base64'] as const;
export type Encoding = (typeof encodings)[number];

/** Bytes as text: UTF-8 made harmless (see text/printable), lower-case hex, or base64 (RFC 4648, 4). */
export const encoder = (encoding: Encoding): ((bytes: Uint8Array) => string) => {
  if (encoding === 'none' || encoding === 'text') return printable;
  return (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding);
};
