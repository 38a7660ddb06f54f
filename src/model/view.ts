import type { Row } from '../memory/ledger/row.ts';
import type { BothEnds } from '../memory/recorder/connection-reader.ts';
import type { Edges } from '../memory/recorder/edges-reader.ts';
import type { Endpoint } from '../text/endpoint.ts';
import { type CallHistory, historyOf } from './calls.ts';
import type { Entry } from './chat/transcript.ts';
import { type Piece, payloadOf } from './payload.ts';
import type { Connection, FrozenSnapshot, Rate, Snapshot } from './snapshot.ts';
import type { TalkLine, TalkSource } from './talk.ts';

/** Calls and payload of the selected connection. A new object for each change. */
export interface Detail {
  readonly id: number;
  /** When it was accepted, monotonic ms. */
  readonly startMs: number;
  /** Null where the ledger has used the slot for another connection. */
  readonly calls: CallHistory | null;
  /** Its payload, oldest piece first. */
  readonly pieces: readonly Piece[];
}

/** What the recorder has of one connection; the same object while nothing is new. Null where nothing is left. */
export interface DetailSource {
  ends(row: Row): BothEnds | null;
  /** Its first and last bytes alone, as they are now: cheap enough for every row on view. */
  edges(row: Row): Edges | null;
  /** A reader of what all connections say, from the oldest record on. */
  talk(): TalkSource;
}

/** Reads one connection. */
export class DetailReader {
  readonly #source: DetailSource;
  #row: Row | undefined;
  #ends: BothEnds | null = null;
  #detail: Detail;

  constructor(id: number, source: DetailSource) {
    this.#source = source;
    this.#detail = { id, startMs: 0, calls: null, pieces: [] };
  }

  get id(): number {
    return this.#detail.id;
  }

  /** The same object as before when nothing changed. Without its row the last calls stay. */
  read(row: Row | undefined): Detail {
    const ends = row === undefined ? null : this.#source.ends(row);
    if (row === undefined || ends === null || (row === this.#row && ends === this.#ends)) return this.#detail;
    const startMs = row.at.accept ?? this.#detail.startMs;
    const pieces = ends.server === this.#ends?.server ? this.#detail.pieces : payloadOf(ends.server, startMs);
    this.#row = row;
    this.#ends = ends;
    this.#detail = { id: this.id, startMs, calls: historyOf(row, ends), pieces };
    return this.#detail;
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
  /** Of the selected connection; null where there is none. */
  readonly detail: Detail | null;
  /** What all connections say, oldest first, bounded; empty while it is not asked for. */
  readonly talk: readonly TalkLine[];
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
