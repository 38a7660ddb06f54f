import type { CallHistory, Row } from '../memory/ledger/row.ts';
import type { TapReader } from '../memory/tap.ts';
import type { Endpoint } from '../text/endpoint.ts';
import type { Entry } from './chat/transcript.ts';
import { Payload, type Piece } from './payload.ts';
import type { Connection, FrozenSnapshot, Rate, Snapshot } from './snapshot.ts';

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

/** The embedded client as the screen shows it. */
export interface Client {
  /** `finished`: we half-closed, and still receive; `ended`: the peer did. */
  readonly status: 'offline' | 'connecting' | 'online' | 'finished' | 'ended';
  /** Its peer, present or next; null before the first listener is up. */
  readonly endpoint: Endpoint | null;
  /** Its end, `host:port`: the same text as the `peer` of its row. Null while there is no connection. */
  readonly local: string | null;
  /** Replies are compared with what was sent: an echo is due, or all of them were one so far. */
  readonly compares: boolean;
  /** Attempts to connect that have failed since the start. */
  readonly failures: number;
}

/** All data of the screen. A new object for each change; parts that did not change keep their identity. */
export interface View {
  readonly snapshot: Snapshot;
  /** The listeners, real ports included. */
  readonly endpoints: readonly Endpoint[];
  /** A warning of one line, such as another port in place of 8080. */
  readonly notice: string | null;
  /** Why the source has failed: everything else is as it was then. Null while it runs. */
  readonly failure: string | null;
  /** Why nothing can be sent or changed, for a source that only shows, such as a recording; null: it acts. */
  readonly refusal: string | null;
  readonly client: Client;
  /** The running task of the client (`/repeat`, `/send`) and its progress; null while there is none. */
  readonly task: string | null;
  /** Oldest first, bounded. */
  readonly transcript: readonly Entry[];
  /** Of the connection whose detail is open; null while none is. */
  readonly detail: Detail | null;
}

/** The screen subscribes to it (useSyncExternalStore). Snapshots come ten times a second at most, the chat thirty times. */
export interface Feed {
  readonly subscribe: (listener: () => void) => () => void;
  readonly view: () => View;
  /** Bytes per second in each of the last 60 seconds, newest last; fewer where the connection is younger. */
  readonly history: (connection: Connection) => readonly Rate[];
  /** The last snapshot with its histories, which later ones do not change. */
  readonly freeze: () => FrozenSnapshot;
}
