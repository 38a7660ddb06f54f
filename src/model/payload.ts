import type { Gap, TapRecord } from '../memory/tap.ts';

/** What one recv or send of ours moved. `at` is monotonic ms. */
export interface Chunk {
  readonly type: 'chunk';
  /** Number of the piece, ever rising. */
  readonly key: number;
  /** The end that these bytes come from. */
  readonly by: 'peer' | 'us';
  readonly at: number;
  /** Bytes that the same end had sent before these. */
  readonly offset: number;
  /** The first of them. */
  readonly bytes: Uint8Array;
  /** How many there were more. */
  readonly skipped: number;
}

/** Bytes of each end that are not shown: from before anyone looked, given up again, or more than could be copied. */
export interface Skipped {
  readonly type: 'skipped';
  readonly key: number;
  readonly peer: number;
  readonly us: number;
}

export type Piece = Chunk | Skipped;

/** Pieces kept; older ones are only counted. */
export const keptPieces = 1000;
/** Bytes kept in all of them. */
export const keptPayloadBytes = 512 * 1024;

/** The payload of one connection as far as it was looked at, oldest piece first. Bounded; pieces keep their identity. */
export class Payload {
  #pieces: Piece[] = [];
  #shown: readonly Piece[] = [];
  #bytes = 0;
  #nextKey = 1;
  #offsets = { peer: 0, us: 0 };
  #unreported: Gap = { recv: 0, send: 0 };

  /** Every piece; the same array while nothing changes. */
  get pieces(): readonly Piece[] {
    return this.#shown;
  }

  /** Enters what was copied since the last time, and what was left out behind it. */
  add(records: readonly TapRecord[], unreported: Gap): void {
    const same = unreported.recv === this.#unreported.recv && unreported.send === this.#unreported.send;
    if (records.length === 0 && same) return;
    this.#unreported = unreported;
    for (const record of records) this.#enter(record);
    this.#forget();
    const tail = this.#skipped(this.#nextKey, unreported);
    this.#shown = tail === null ? [...this.#pieces] : [...this.#pieces, tail];
  }

  #enter(record: TapRecord): void {
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

  /** Gives up the oldest pieces; one mark in their place counts them all. */
  #forget(): void {
    let gone = 0;
    let [peer, us, key] = [0, 0, 0];
    while (this.#pieces.length - gone > keptPieces - 1 || this.#bytes > keptPayloadBytes) {
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
