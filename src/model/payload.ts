import type { Gap, TapRecord } from '../memory/tap.ts';

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

/** Bytes of each end that are not kept: from before the detail view was open, dropped again, or too many to copy. */
export interface Skipped {
  readonly type: 'skipped';
  readonly key: number;
  readonly peer: number;
  readonly us: number;
}

export type Piece = Chunk | Skipped;

/** Pieces kept; older ones are only counted. */
export const maxPieces = 1000;
/** Bytes kept in all of them. */
export const maxPayloadBytes = 512 * 1024;

/** The payload of one connection while the detail view is open, oldest piece first. Bounded. */
export class Payload {
  #pieces: Piece[] = [];
  #shown: readonly Piece[] = [];
  #bytes = 0;
  #nextKey = 1;
  #offsets = { peer: 0, us: 0 };
  #unreported: Gap = { recv: 0, send: 0 };

  /** The same array while nothing changes, with the same objects. */
  get pieces(): readonly Piece[] {
    return this.#shown;
  }

  /** Adds the records since the last call, and the bytes skipped behind them. */
  add(records: readonly TapRecord[], unreported: Gap): void {
    const same = unreported.recv === this.#unreported.recv && unreported.send === this.#unreported.send;
    if (records.length === 0 && same) return;
    this.#unreported = unreported;
    for (const record of records) this.#append(record);
    this.#dropOldest();
    const tail = this.#skipped(this.#nextKey, unreported);
    this.#shown = tail === null ? [...this.#pieces] : [...this.#pieces, tail];
  }

  #append(record: TapRecord): void {
    if (record.type === 'gap') {
      const piece = this.#skipped(this.#nextKey++, record);
      if (piece !== null) this.#pieces.push(piece);
      this.#offsets.peer += record.recv;
      this.#offsets.us += record.send;
      return;
    }
    const { call, at, bytes, length } = record;
    const by = call === 'recv' ? 'peer' : 'us';
    const offset = this.#offsets[by];
    this.#offsets[by] += length;
    this.#bytes += bytes.length;
    this.#pieces.push({ type: 'chunk', key: this.#nextKey++, by, at, offset, bytes, skipped: length - bytes.length });
  }

  #skipped(key: number, { recv, send }: Gap): Skipped | null {
    return recv + send === 0 ? null : { type: 'skipped', key, peer: recv, us: send };
  }

  /** Drops the oldest pieces; one mark in their place counts their bytes. */
  #dropOldest(): void {
    let gone = 0;
    let [peer, us, key] = [0, 0, 0];
    while (this.#pieces.length - gone > maxPieces - 1 || this.#bytes > maxPayloadBytes) {
      const piece = this.#pieces[gone++];
      if (piece === undefined) break;
      key = piece.key;
      if (piece.type === 'skipped') {
        peer += piece.peer;
        us += piece.us;
        continue;
      }
      this.#bytes -= piece.bytes.length;
      if (piece.by === 'peer') peer += piece.bytes.length + piece.skipped;
      else us += piece.bytes.length + piece.skipped;
    }
    if (gone > 0) this.#pieces.splice(0, gone, { type: 'skipped', key, peer, us });
  }
}
