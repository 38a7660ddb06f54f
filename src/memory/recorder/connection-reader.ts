import type { Row } from '../ledger/row.ts';
import type { Edges, EdgesReader } from './edges-reader.ts';
import type { WireRecord } from './record.ts';
import type { RecordCopy } from './record-copy.ts';
import type { RingMemory } from './ring-reader.ts';

/** Records kept of one connection; older ones are dropped. */
export const maxRecords = 2000;
/** Payload kept in them, bytes. */
export const maxBytes = 512 * 1024;

/** What is known of one connection. A new object for each change. */
export interface ConnectionRecords {
  /** Its newest records, oldest first, none missing between them. */
  readonly records: readonly WireRecord[];
  /** The first and last bytes of each direction, whatever became of the records; null where they are gone. */
  readonly edges: Edges | null;
}

/** Both ends of a connection. The other one is known where it is the embedded client's. */
export interface BothEnds {
  readonly server: ConnectionRecords;
  readonly client: { readonly row: Row; readonly records: ConnectionRecords } | null;
}

/** Bytes of a record that are copied before its size is known. */
const firstBytes = 256;

/** Reads the records of one connection by their links, without reading those of others. */
export class ConnectionReader {
  readonly #ring: RingMemory;
  readonly #edges: EdgesReader;
  readonly #slot: number;
  readonly #id: number;
  #last = 0;
  #known: ConnectionRecords = { records: [], edges: null };

  constructor(ring: RingMemory, edges: EdgesReader, slot: number, id: number) {
    this.#ring = ring;
    this.#edges = edges;
    this.#slot = slot;
    this.#id = id;
  }

  /** What is there now; the same object as before when nothing is new. */
  read(): ConnectionRecords {
    const last = this.#edges.lastOf(this.#slot, this.#id);
    const edges = this.#edges.read(this.#slot, this.#id) ?? this.#known.edges;
    const isSame =
      edges?.recv.length === this.#known.edges?.recv.length && edges?.send.length === this.#known.edges?.send.length;
    if ((last === 0 || last === this.#last) && isSame) return this.#known;
    const fresh = last === 0 ? [] : this.#since(this.#last, last);
    // Behind a gap nothing of before is of use: `records` has none.
    const isJoined = fresh.length === 0 || fresh[0]?.previous === this.#last;
    if (last !== 0) this.#last = last;
    const records = isJoined ? [...this.#known.records, ...fresh] : fresh;
    this.#known = { records: newest(records), edges };
    return this.#known;
  }

  /** The records behind `known`, up to `last`, as far back as they are still there. */
  #since(known: number, last: number): readonly WireRecord[] {
    const records: WireRecord[] = [];
    let bytes = 0;
    for (let position = last; position > known && records.length < maxRecords && bytes < maxBytes; ) {
      const record = this.#recordAt(position);
      if (record === null || record.id !== this.#id) break;
      records.push(record);
      if ('bytes' in record) bytes += record.bytes.length;
      position = record.previous;
    }
    return records.reverse();
  }

  #recordAt(position: number): WireRecord | null {
    const copy = this.#copyAt(position, firstBytes);
    if (copy === null) return null;
    const size = copy.sizeAt(position);
    const whole = size <= firstBytes ? copy : this.#copyAt(position, size);
    return whole?.recordAt(position, (echoed) => this.#keptAt(echoed)) ?? null;
  }

  #keptAt(position: number): Uint8Array | null {
    const size = this.#copyAt(position, firstBytes)?.sizeAt(position);
    return size === undefined ? null : (this.#copyAt(position, size)?.keptAt(position) ?? null);
  }

  #copyAt(position: number, bytes: number): RecordCopy | null {
    const segment = Math.floor(position / this.#ring.segmentBytes);
    return this.#ring.copy(segment, position - segment * this.#ring.segmentBytes, bytes);
  }
}

/** The newest records within the bounds. */
const newest = (records: readonly WireRecord[]): readonly WireRecord[] => {
  let bytes = 0;
  let first = records.length;
  while (first > 0 && records.length - first < maxRecords) {
    const record = records[first - 1];
    if (record !== undefined && 'bytes' in record) bytes += record.bytes.length;
    if (bytes > maxBytes) break;
    first--;
  }
  return first === 0 ? records : records.slice(first);
};
