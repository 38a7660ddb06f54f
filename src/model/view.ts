import type { Endpoint } from '../text/endpoint.ts';
import type { Entry } from './chat/transcript.ts';
import type { Detail } from './detail.ts';
import type { Connection, FrozenSnapshot, Rate, Snapshot } from './snapshot.ts';

/** The embedded client as the screen shows it. */
export interface Client {
  /** `finished`: we half-closed, and still receive; `ended`: the peer did. */
  readonly status: 'offline' | 'connecting' | 'online' | 'finished' | 'ended';
  /** Its peer, present or next; null before the first listener is up. */
  readonly endpoint: Endpoint | null;
  /** Its end, `host:port`: the same text as the `peer` of its row. Null while there is no connection. */
  readonly local: string | null;
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
