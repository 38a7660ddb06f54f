import type { CallHistory, Row } from '../memory/ledger/row.ts';
import type { TapReader } from '../memory/tap.ts';

import { Payload, type Piece } from './payload.ts';

/** What is known of the one connection being looked at. A new object for each change. */
export interface Detail {
  readonly id: number;
  /** When it was accepted, monotonic ms. */
  readonly startMs: number;
  /** Null where the ledger has no longer room for it. */
  readonly calls: CallHistory | null;
  /** Its payload since it is looked at, oldest piece first. */
  readonly pieces: readonly Piece[];
}

/** How to look closer at a connection: its calls, and a copy of its payload from now on (null: of none). */
export interface DetailSource {
  readonly calls: (row: Row) => CallHistory | null;
  readonly tap: (id: number | null) => Pick<TapReader, 'take' | 'unreported'> | null;
}

/** Watches one connection at a time. Nothing is copied while it watches none. */
export class DetailReader {
  readonly #lens: DetailSource;
  readonly #payload = new Payload();
  readonly #tap: Pick<TapReader, 'take' | 'unreported'> | null;
  #detail: Detail;

  constructor(id: number, lens: DetailSource) {
    this.#lens = lens;
    this.#tap = lens.tap(id);
    this.#detail = { id, startMs: 0, calls: null, pieces: [] };
  }

  get id(): number {
    return this.#detail.id;
  }

  /** What there is now; the same object as before when nothing changed. Without its row the last life stays. */
  read(row: Row | undefined): Detail {
    if (this.#tap !== null) this.#payload.add(this.#tap.take(), this.#tap.unreported());
    const calls = (row === undefined ? null : this.#lens.calls(row)) ?? this.#detail.calls;
    const startMs = row?.at.accept ?? this.#detail.startMs;
    const { pieces } = this.#payload;
    if (calls !== this.#detail.calls || pieces !== this.#detail.pieces)
      this.#detail = { id: this.id, startMs, calls, pieces };
    return this.#detail;
  }

  /** Ends the copying. */
  close(): void {
    this.#lens.tap(null);
  }
}
