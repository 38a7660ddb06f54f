import type { CallHistory, Row } from '../memory/ledger/row.ts';
import type { TapReader } from '../memory/tap.ts';
import { Payload, type Piece } from './payload.ts';

/** Calls and payload of the connection whose detail is open. A new object for each change. */
export interface Detail {
  readonly id: number;
  /** When it was accepted, monotonic ms. */
  readonly startMs: number;
  /** Null where the ledger has used the slot for another connection. */
  readonly calls: CallHistory | null;
  /** Its payload since the detail was opened, oldest piece first. */
  readonly pieces: readonly Piece[];
}

/** Reads the payload of one connection. */
export type PayloadTap = Pick<TapReader, 'take' | 'unreported'>;

/** The calls of a connection, and a copy of its payload from now on, in place of any other (null: of none). */
export interface DetailSource {
  calls(row: Row): CallHistory | null;
  tap(id: number | null): PayloadTap | null;
}

/** Reads one connection. Its payload is copied until `close`. */
export class DetailReader {
  readonly #source: DetailSource;
  readonly #payload = new Payload();
  readonly #tap: PayloadTap | null;
  #detail: Detail;

  constructor(id: number, source: DetailSource) {
    this.#source = source;
    this.#tap = source.tap(id);
    this.#detail = { id, startMs: 0, calls: null, pieces: [] };
  }

  get id(): number {
    return this.#detail.id;
  }

  /** The same object as before when nothing changed. Without its row the last calls stay. */
  read(row: Row | undefined): Detail {
    if (this.#tap !== null) this.#payload.add(this.#tap.take(), this.#tap.unreported());
    const calls = (row === undefined ? null : this.#source.calls(row)) ?? this.#detail.calls;
    const startMs = row?.at.accept ?? this.#detail.startMs;
    const { pieces } = this.#payload;
    if (calls !== this.#detail.calls || pieces !== this.#detail.pieces)
      this.#detail = { id: this.id, startMs, calls, pieces };
    return this.#detail;
  }

  /** Ends the copy of the payload. */
  close(): void {
    this.#source.tap(null);
  }
}
