import type { Note } from '../engine/protocol.ts';

/** Bytes that a UTF-8 sequence has by its first one; 1 for a byte that begins none (Unicode 16, table 3-7). */
const lengthBy = (lead: number): number => {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
};

/** Where a character begins that the next bytes may complete; the length where none does. */
export const wholeCharacters = (bytes: Uint8Array): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) !== 0x80) return lengthBy(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
};

/**
 * Puts characters together that a stream cut in two: TCP knows bytes, and a read may end inside of one. Its first
 * bytes, three at most for each connection, wait for the rest. Datagrams are whole.
 */
export class CharacterJoiner {
  readonly #tails = new Map<number, Uint8Array>();

  /** What came before and was cut, and these bytes, as far as they are whole. */
  join({ id, transport, bytes }: Extract<Note, { type: 'data' }>): Uint8Array {
    if (transport === 'udp') return bytes;
    const tail = this.rest(id);
    const all = tail === undefined ? bytes : Buffer.concat([tail, bytes]);
    const end = wholeCharacters(all);
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
