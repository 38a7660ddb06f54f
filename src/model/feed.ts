import type { ClientEvent } from '../engine/protocol.ts';
import { monotonicMs, WallClock } from '../memory/clock.ts';
import type { LedgerSnapshot } from '../memory/ledger/snapshot.ts';
import type { Endpoint } from '../text/endpoint.ts';
import { applyClientEvent, type Conversation, emptyConversation } from './chat/conversation.ts';
import { DetailReader, type DetailSource } from './detail.ts';
import { Pace } from './pace.ts';
import type { Connection, FrozenSnapshot, Rate, Snapshot } from './snapshot.ts';
import { SnapshotBuilder } from './snapshot-builder.ts';
import type { Feed, View } from './view.ts';

/** How long what the client tells may wait for more of the same, and how soon it is told again, ms. */
const gatherMs = 15;
const apartMs = 33;

/** Where the pictures come from, and the time on the monotonic time line. */
export interface FeedSource {
  readonly read: () => LedgerSnapshot;
  readonly now?: () => number;
  /** How to look closer at one connection; without it nobody can. */
  readonly detail?: DetailSource;
}

/**
 * The feed of one engine: looks at the ledger on its own clock while somebody listens, joins it with what the client
 * told, and calls the listeners only when the view has changed.
 */
export class LiveFeed implements Feed {
  readonly #read: () => LedgerSnapshot;
  readonly #now: () => number;
  /** One for the rows and the chat, so that their times can be held against each other. */
  readonly #wallClock: WallClock;
  readonly #snapshots: SnapshotBuilder;
  readonly #lens: DetailSource | null;
  readonly #listeners = new Set<() => void>();
  readonly #pace = new Pace();
  #conversation: Conversation = emptyConversation;
  #task: string | null = null;
  /** The last one that was taken. */
  #snapshot: Snapshot;
  #view: View;
  #watch: DetailReader | null = null;
  #pictures: NodeJS.Timeout | undefined;
  #presenting: NodeJS.Immediate | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #gatheredAt = -Infinity;

  constructor({ read, now = monotonicMs, detail }: FeedSource) {
    this.#read = read;
    this.#lens = detail ?? null;
    this.#now = now;
    this.#wallClock = new WallClock(now);
    this.#snapshots = new SnapshotBuilder(now(), this.#wallClock);
    this.#snapshot = this.#take();
    this.#view = {
      snapshot: this.#snapshot,
      endpoints: [],
      notice: null,
      failure: null,
      task: null,
      client: emptyConversation.client,
      transcript: emptyConversation.transcript.entries,
      detail: null,
    };
  }

  readonly view = (): View => this.#view;

  readonly history = (connection: Connection): readonly Rate[] => this.#snapshots.history(connection.id, this.#now());

  readonly freeze = (): FrozenSnapshot => this.#snapshots.freeze();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#pictures === undefined) this.#watchOn();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#pictures);
      clearImmediate(this.#presenting);
      clearTimeout(this.#gathering);
      this.#pictures = undefined;
      this.#gathering = undefined;
    };
  };

  /** Takes a picture now, out of turn. */
  refresh(): void {
    this.#snapshot = this.#take();
    this.#present();
  }

  /** Looks closely at one connection, in place of any other: at its calls, and its payload from now on. Null: at none. */
  showDetail(id: number | null): void {
    this.#watch?.close();
    this.#watch = id === null || this.#lens === null ? null : new DetailReader(id, this.#lens);
    this.refresh();
  }

  /** Takes in what the embedded client told. */
  applyClientEvent(event: ClientEvent): void {
    this.#conversation = applyClientEvent(this.#conversation, event, this.#wallClock.of(event.at));
    this.#gather();
  }

  /** Says something of the connection in the chat. */
  note(text: string, tone: 'info' | 'error' = 'info'): void {
    const { client, transcript } = this.#conversation;
    this.#conversation = { client, transcript: transcript.note(this.#wallClock.of(this.#now()), text, tone) };
    this.#gather();
  }

  /** Empties the chat. */
  clear(): void {
    const { client, transcript } = this.#conversation;
    this.#conversation = { client, transcript: transcript.cleared() };
    this.#gather();
  }

  /** What the client is doing for longer than a moment; null: nothing any more. */
  task(text: string | null): void {
    this.#task = text;
    this.#gather();
  }

  /** The listeners that are up, and a line about them where there is something to know. */
  announce(endpoints: readonly Endpoint[], notice: string | null): void {
    this.#show({ endpoints, notice });
  }

  /** The thread of the sockets is gone, and why; null: it runs again. */
  fail(failure: string | null): void {
    // What it counted last is in the picture that stays.
    this.refresh();
    this.#show({ failure });
  }

  #watchOn(): void {
    this.#pictures = setTimeout(() => {
      this.#watchOn();
      this.#snapshot = this.#take();
      // A key that has come meanwhile is drawn before, and does not wait for the picture to be drawn as well.
      this.#presenting = setImmediate(() => this.#present());
    }, this.#pace.next());
  }

  /** Shows the last snapshot, and with it all that was gathered. */
  #present(): void {
    const { client, transcript } = this.#conversation;
    const snapshot = this.#snapshot;
    const detail = this.#watch?.read(snapshot.connections.byId(this.#watch.id)) ?? null;
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#gatheredAt = this.#now();
    this.#show({ snapshot, client, transcript: transcript.entries, task: this.#task, detail });
  }

  #gather(): void {
    if (this.#listeners.size === 0) return;
    this.#gathering ??= setTimeout(
      () => {
        this.#gathering = undefined;
        this.#gatheredAt = this.#now();
        const { client, transcript } = this.#conversation;
        this.#show({ client, transcript: transcript.entries, task: this.#task });
      },
      Math.max(gatherMs, this.#gatheredAt + apartMs - this.#now()),
    );
  }

  #take(): Snapshot {
    const reading = this.#read();
    return this.#snapshots.take(reading, this.#now());
  }

  #show(change: Partial<View>): void {
    const view = { ...this.#view, ...change };
    const same =
      view.snapshot === this.#view.snapshot &&
      view.endpoints === this.#view.endpoints &&
      view.notice === this.#view.notice &&
      view.failure === this.#view.failure &&
      view.task === this.#view.task &&
      view.client === this.#view.client &&
      view.transcript === this.#view.transcript &&
      view.detail === this.#view.detail;
    if (same) return;
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}
