import type { Chunk, Piece } from './payload.ts';

/** A direction as the list counts it: what came in, what went out, or both as they came one after the other. */
export const directions = ['in', 'out', 'both'] as const;
export type Direction = (typeof directions)[number];

/** What is kept of a direction. */
export interface Said {
  /** The bytes of each recv or send, in order. */
  readonly parts: readonly Uint8Array[];
  /** Bytes in all parts. */
  readonly length: number;
  /** Bytes of the direction that are not kept. */
  readonly missing: number;
}

/** Whether an end speaks in a direction. */
const isOf = (by: Chunk['by'], direction: Direction): boolean =>
  direction === 'both' || (by === 'peer') === (direction === 'in');

export const saidIn = (pieces: readonly Piece[], direction: Direction): Said => {
  const parts: Uint8Array[] = [];
  let length = 0;
  let missing = 0;
  for (const piece of pieces) {
    if (piece.type === 'skipped') {
      missing += (isOf('peer', direction) ? piece.peer : 0) + (isOf('us', direction) ? piece.us : 0);
    } else if (isOf(piece.by, direction)) {
      parts.push(piece.bytes);
      length += piece.bytes.length;
      missing += piece.skipped;
    }
  }
  return { parts, length, missing };
};
