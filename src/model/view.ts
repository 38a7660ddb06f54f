import type { Endpoint } from '../text/endpoint.ts';
import type { Entry } from './chat/transcript.ts';
import type { Detail } from './detail.ts';
import type { Connection, FrozenSnapshot, Rate, Snapshot } from './snapshot.ts';

/** The embedded client as people see it. */
export interface Client {
  /** `finished`: we half-closed, and still receive; `ended`: the peer did. */
  readonly status: 'offline' | 'connecting' | 'online' | 'finished' | 'ended';
  /** What it talks to, or would; null before the first listener is up. */
  readonly endpoint: Endpoint | null;
  /** Its own end, `host:port`: the same text as the `peer` of its row. Null while there is no connection. */
  readonly local: string | null;
}

/** Everything the screen draws from. A new object for each change; parts that did not change keep their identity. */
export interface View {
  readonly snapshot: Snapshot;
  /** The listeners, real ports included. */
  readonly endpoints: readonly Endpoint[];
  /** One line that people should know, such as a port taken in place of 8080. */
  readonly notice: string | null;
  /** Why the thread of the sockets is gone: everything here is as it was then. Null while it runs. */
  readonly failure: string | null;
  readonly client: Client;
  /** What the client is doing for longer than a moment (`/repeat`, `/send`), and how far it is; null: nothing. */
  readonly task: string | null;
  /** Oldest first, bounded. */
  readonly transcript: readonly Entry[];
  /** Of the connection being looked at; null while none is. */
  readonly detail: Detail | null;
}

/** What the screen subscribes to (useSyncExternalStore). Listeners are called ten times a second at most. */
export interface Feed {
  readonly subscribe: (listener: () => void) => () => void;
  readonly view: () => View;
  /** Bytes per second in each of the last 60 seconds, newest last; fewer where the connection is younger. */
  readonly history: (connection: Connection) => readonly Rate[];
  /** The last snapshot, and the histories of its moment, to look at for longer than until the next one. */
  readonly freeze: () => FrozenSnapshot;
}
