import type { Row } from '../ledger/row.ts';
import type { TapReader } from '../ledger/tap.ts';
import type { Life } from './life.ts';
import { Payload, type Piece } from './payload.ts';

/** What is known of the one connection being looked at. A new object for each change. */
export interface Detail {
  readonly id: number;
  /** When it was accepted, monotonic ms. */
  readonly startMs: number;
  /** Null where the ledger has no longer room for it. */
  readonly life: Life | null;
  /** Its payload since it is looked at, oldest piece first. */
  readonly pieces: readonly Piece[];
}

/** How to look closer at a connection: its calls, and a copy of its payload from now on (null: of none). */
export interface Lens {
  readonly life: (row: Row) => Life | null;
  readonly tap: (id: number | null) => Pick<TapReader, 'take' | 'untold'> | null;
}

/** Watches one connection at a time. Nothing is copied while it watches none. */
export class Watch {
  readonly #lens: Lens;
  readonly #payload = new Payload();
  readonly #tap: Pick<TapReader, 'take' | 'untold'> | null;
  #detail: Detail;

  constructor(id: number, lens: Lens) {
    this.#lens = lens;
    this.#tap = lens.tap(id);
    this.#detail = { id, startMs: 0, life: null, pieces: [] };
  }

  get id(): number {
    return this.#detail.id;
  }

  /** What there is now; the same object as before when nothing changed. Without its row the last life stays. */
  take(row: Row | undefined): Detail {
    if (this.#tap !== null) this.#payload.add(this.#tap.take(), this.#tap.untold());
    const life = (row === undefined ? null : this.#lens.life(row)) ?? this.#detail.life;
    const startMs = row?.at.accept ?? this.#detail.startMs;
    const { pieces } = this.#payload;
    if (life !== this.#detail.life || pieces !== this.#detail.pieces)
      this.#detail = { id: this.id, startMs, life, pieces };
    return this.#detail;
  }

  /** Ends the copying. */
  close(): void {
    this.#lens.tap(null);
  }
}
