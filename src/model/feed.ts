import type { ClientEvent } from '../engine/protocol.ts';
import { monotonicMs, WallClock } from '../memory/clock.ts';
import type { LedgerSnapshot } from '../memory/ledger/snapshot.ts';
import type { Endpoint } from '../text/endpoint.ts';
import { applyClientEvent, type Conversation, emptyConversation } from './chat/conversation.ts';
import type { Connection, FrozenSnapshot, Rate, Snapshot } from './snapshot.ts';
import { SnapshotBuilder } from './snapshot-builder.ts';
import { Talk, type TalkChoice, type TalkLine } from './talk.ts';
import { DetailReader, type DetailSource, type Feed, type View } from './view.ts';

/** Between two pictures, ms: at most ten a second, and at least four. */
const minMs = 100;
const maxMs = 250;

/** The part of a processor that pictures may take: the wire and its peers need the rest. */
const maxShare = 1 / 20;

/**
 * How long to wait for the next picture: longer where pictures cost much, on a slow machine or a loaded one, so that
 * they take no more than their share. `busyMs` is how long the thread has been busy since its start.
 */
export class Pace {
  readonly #busyMs: () => number;
  #before: number;

  constructor(busyMs = () => performance.eventLoopUtilization().active) {
    this.#busyMs = busyMs;
    this.#before = busyMs();
  }

  /** Ms to wait. To be called once for each picture, before it is taken: the cost of the one before is known by then. */
  next(): number {
    const busy = this.#busyMs();
    const cost = busy - this.#before;
    this.#before = busy;
    return Math.min(maxMs, Math.max(minMs, cost / maxShare));
  }
}

/** How long a line of the chat may wait for more, and the shortest time between two changes of the chat, ms. */
const gatherMs = 15;
const apartMs = 33;

const nothingSaid: readonly TalkLine[] = [];

/** The ledger that the feed reads, and the time on its monotonic time line. */
export interface FeedSource {
  readonly read: () => LedgerSnapshot;
  readonly now?: () => number;
  /** Calls and payload of one connection; without it the detail stays empty. */
  readonly detail?: DetailSource;
}

/**
 * The feed of one source. While it has listeners it reads the ledger at the pace of the screen and joins it with the
 * chat. It calls the listeners only when the view has changed.
 */
export class LiveFeed implements Feed {
  readonly #read: () => LedgerSnapshot;
  readonly #now: () => number;
  /** One clock for the rows and the chat, so that their times can be compared. */
  readonly #wallClock: WallClock;
  readonly #snapshots: SnapshotBuilder;
  readonly #detailSource: DetailSource | null;
  readonly #listeners = new Set<() => void>();
  readonly #pace = new Pace();
  #conversation: Conversation = emptyConversation;
  #task: string | null = null;
  /** The last one; the view has it after the next turn of the event loop. */
  #snapshot: Snapshot;
  #view: View;
  #detail: DetailReader | null = null;
  #talk: Talk | null = null;
  #isTalkHeld = false;
  #timer: NodeJS.Timeout | undefined;
  #presenting: NodeJS.Immediate | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #gatheredAt = -Infinity;

  constructor({ read, now = monotonicMs, detail }: FeedSource) {
    this.#read = read;
    this.#detailSource = detail ?? null;
    this.#now = now;
    this.#wallClock = new WallClock(now);
    this.#snapshots = new SnapshotBuilder(now(), this.#wallClock, (row) => detail?.edges(row) ?? null);
    this.#snapshot = this.#take();
    this.#view = {
      snapshot: this.#snapshot,
      endpoints: [],
      notice: null,
      failure: null,
      refusal: null,
      task: null,
      client: emptyConversation.client,
      transcript: emptyConversation.transcript.entries,
      detail: null,
      talk: nothingSaid,
    };
  }

  readonly view = (): View => this.#view;

  readonly history = (connection: Connection): readonly Rate[] => this.#snapshots.history(connection.id, this.#now());

  readonly freeze = (): FrozenSnapshot => this.#snapshots.freeze();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#timer === undefined) this.#schedule();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      clearImmediate(this.#presenting);
      clearTimeout(this.#gathering);
      this.#timer = undefined;
      this.#gathering = undefined;
    };
  };

  /** Reads the ledger now. */
  refresh(): void {
    this.#snapshot = this.#take();
    this.#present();
  }

  /** Reads the calls and the payload of one connection, in place of any other; null: of none. */
  showDetail(id: number | null): void {
    this.#detail = id === null || this.#detailSource === null ? null : new DetailReader(id, this.#detailSource);
    this.refresh();
  }

  /**
   * Reads what all connections say, as far as `choice` goes, in place of any other; null: nothing. While it is held it keeps
   * its lines, and reads on from there later.
   */
  showTalk(choice: TalkChoice | null, isHeld = false): void {
    const known = this.#talk?.choice;
    this.#isTalkHeld = isHeld;
    if (choice === null || known === undefined || known.filter !== choice.filter || known.text !== choice.text)
      this.#talk = this.#openTalk(choice);
    this.refresh();
  }

  #openTalk(choice: TalkChoice | null): Talk | null {
    return choice === null || this.#detailSource === null ? null : new Talk(this.#detailSource.talk(), choice);
  }

  #readTalk(snapshot: Snapshot): readonly TalkLine[] {
    if (this.#talk === null) return nothingSaid;
    if (this.#isTalkHeld && this.#talk.isBegun) return this.#talk.lines;
    return this.#talk.read({ snapshot, offsetMs: this.#wallClock.offsetMs() });
  }

  /** Adds an event of the embedded client to the chat. */
  applyClientEvent(event: ClientEvent): void {
    this.#conversation = applyClientEvent(this.#conversation, event, this.#wallClock.of(event.at));
    this.#gather();
  }

  /** Adds a note to the chat. */
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

  /** Shows the client's running task and its progress; null: it has ended. */
  task(text: string | null): void {
    this.#task = text;
    this.#gather();
  }

  /** Shows the endpoints of the source, a warning about them, and why it never acts, if it does not. */
  announce(endpoints: readonly Endpoint[], notice: string | null, refusal: string | null = null): void {
    this.#show({ endpoints, notice, refusal });
  }

  /** The source has failed, and why; null: it runs again. */
  fail(failure: string | null): void {
    // The view keeps the last counters.
    this.refresh();
    // What runs again has another recorder.
    if (failure === null) this.#talk = this.#openTalk(this.#talk?.choice ?? null);
    this.#show({ failure });
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#schedule();
      this.#snapshot = this.#take();
      // A key that has come meanwhile is drawn first, and does not wait for the snapshot to be drawn as well.
      this.#presenting = setImmediate(() => this.#present());
    }, this.#pace.next());
  }

  /** Shows the last snapshot and all of the chat. */
  #present(): void {
    const { client, transcript } = this.#conversation;
    const snapshot = this.#snapshot;
    const detail = this.#detail?.read(snapshot.connections.byId(this.#detail.id)) ?? null;
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#gatheredAt = this.#now();
    this.#show({
      snapshot,
      client,
      transcript: transcript.entries,
      task: this.#task,
      detail,
      talk: this.#readTalk(snapshot),
    });
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
      view.refusal === this.#view.refusal &&
      view.task === this.#view.task &&
      view.client === this.#view.client &&
      view.transcript === this.#view.transcript &&
      view.detail === this.#view.detail &&
      view.talk === this.#view.talk;
    if (same) return;
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}
