import type { ConnectionRecords } from '../memory/recorder/connection-reader.ts';
import type { Edge } from '../memory/recorder/edges-reader.ts';
import type { DataRecord } from '../memory/recorder/record.ts';

/** The bytes of one recv or send of ours. `at` is monotonic ms. */
export interface Chunk {
  readonly type: 'chunk';
  /** Number of the piece, rising. */
  readonly key: number;
  /** The end that these bytes come from. */
  readonly by: 'peer' | 'us';
  readonly at: number;
  /** Bytes that the same end had sent before these. */
  readonly offset: number;
  /** The bytes, or the first of them. */
  readonly bytes: Uint8Array;
  /** How many more there were. */
  readonly skipped: number;
}

/** Bytes of each end that are not kept: too many came in a second, or the memory of the recorder has others by now. */
export interface Skipped {
  readonly type: 'skipped';
  readonly key: number;
  readonly peer: number;
  readonly us: number;
}

export type Piece = Chunk | Skipped;

/** Pieces of records keep their identity: each is laid out once. */
const pieces = new WeakMap<DataRecord, Chunk>();

/** The payload of one connection, oldest piece first: what its records have, and what only its edges have. */
export const payloadOf = ({ records, edges }: ConnectionRecords, startMs: number): readonly Piece[] => {
  const list = new PieceList();
  const data = records.flatMap((record) => (record.kind === 'recv' || record.kind === 'send' ? [record] : []));
  const sides = [
    { kind: 'recv', by: 'peer', edge: edges?.recv },
    { kind: 'send', by: 'us', edge: edges?.send },
  ] as const;
  // What came before the records of each direction.
  for (const { kind, by, edge } of sides) {
    const first = data.find((record) => record.kind === kind);
    list.gap(by, 0, first?.offset ?? edge?.length ?? 0, edge, startMs);
  }
  for (const record of data) {
    const side = record.kind === 'recv' ? sides[0] : sides[1];
    const isCut = record.bytes.length > 0 || record.length === 0;
    if (isCut) list.add(chunkOf(record, side.by));
    else list.gap(side.by, record.offset, record.offset + record.length, side.edge, record.until);
  }
  for (const { kind, by, edge } of sides) {
    const last = data.findLast((record) => record.kind === kind);
    if (last !== undefined && edge !== undefined)
      list.gap(by, last.offset + last.length, edge.length, edge, last.until);
  }
  return list.pieces;
};

const chunkOf = (record: DataRecord, by: Chunk['by']): Chunk => {
  const known = pieces.get(record);
  if (known !== undefined) return known;
  const { position, at, offset, bytes, length } = record;
  const chunk: Chunk = { type: 'chunk', key: position, by, at, offset, bytes, skipped: length - bytes.length };
  pieces.set(record, chunk);
  return chunk;
};

class PieceList {
  readonly pieces: Piece[] = [];

  add(piece: Chunk): void {
    this.pieces.push(piece);
  }

  /** The bytes `from` to `to` of a direction, which no record has: those in its edges, and how many are in between. */
  gap(by: Chunk['by'], from: number, to: number, edge: Edge | undefined, at: number): void {
    const firstEnd = Math.min(to, edge?.first.length ?? 0);
    const lastStart = Math.max(from, firstEnd, (edge?.length ?? to) - (edge?.last.length ?? 0));
    if (edge !== undefined && from < firstEnd) this.#edge(by, from, edge.first.subarray(from, firstEnd), at);
    this.#skip(by, Math.min(to, lastStart) - Math.max(from, firstEnd));
    if (edge === undefined || lastStart >= to) return;
    const begin = edge.length - edge.last.length;
    this.#edge(by, lastStart, edge.last.subarray(lastStart - begin, to - begin), at);
  }

  #edge(by: Chunk['by'], offset: number, bytes: Uint8Array, at: number): void {
    this.pieces.push({ type: 'chunk', key: this.#nextKey, by, at, offset, bytes, skipped: 0 });
  }

  #skip(by: Chunk['by'], bytes: number): void {
    if (bytes <= 0) return;
    const last = this.pieces.at(-1);
    const before = last?.type === 'skipped' ? last : { key: this.#nextKey, peer: 0, us: 0 };
    if (last?.type === 'skipped') this.pieces.pop();
    const { key, peer, us } = before;
    this.pieces.push({
      type: 'skipped',
      key,
      peer: peer + (by === 'peer' ? bytes : 0),
      us: us + (by === 'us' ? bytes : 0),
    });
  }

  /** Positions are multiples of 8: there is room for a few keys between two records. */
  get #nextKey(): number {
    return (this.pieces.at(-1)?.key ?? 0) + 1;
  }
}
