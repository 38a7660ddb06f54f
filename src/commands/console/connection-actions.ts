import { monotonicMs } from '../../memory/clock.ts';
import { type Discipline, disciplines } from '../../memory/ledger/row.ts';
import type { LiveFeed } from '../../model/feed.ts';
import type { Connection } from '../../model/snapshot.ts';
import type { Intent } from '../../screen/keys/actions.ts';
import { printable } from '../../text/printable.ts';
import type { RestartableEngine } from './restartable-engine.ts';

/** How long the picture may lag behind what was asked for, ms: two looks at the ledger and some room. */
const lagMs = 300;

/**
 * What was last asked for, as long as the picture may not show it yet. Steps that follow each other quickly, such as a
 * key pressed three times, then build on each other and not on an old picture.
 */
export class RecentChoice<Key, Value> {
  /** What was asked for in the last `lagMs`, and no more. */
  readonly #asked = new Map<Key, { readonly value: Value; readonly at: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What holds for `key`: what was asked for lately, else what is `seen`. */
  of(key: Key, seen: Value): Value {
    const asked = this.#asked.get(key);
    if (asked !== undefined && this.#now() - asked.at < lagMs) return asked.value;
    this.#asked.delete(key);
    return seen;
  }

  set(key: Key, value: Value): void {
    const now = this.#now();
    for (const [each, { at }] of this.#asked) if (now - at >= lagMs) this.#asked.delete(each);
    this.#asked.set(key, { value, at: now });
  }
}

type Act = Extract<Intent, { type: 'act' }>['act'];

const words: Readonly<Record<Act, string>> = {
  'half-close': 'half-closed by us: FIN follows what it is owed',
  close: 'closed by us: FIN follows what it is owed',
  reset: 'reset by us: RST',
};

/** What people do to connections of the server from the list. Each thing is said in the chat. */
export class ConnectionActions {
  readonly #engines: Pick<RestartableEngine, 'current'>;
  readonly #feed: LiveFeed;
  readonly #echoes = new RecentChoice<number | null, Discipline>(monotonicMs);
  readonly #pauses = new RecentChoice<number, boolean>(monotonicMs);

  constructor(engines: Pick<RestartableEngine, 'current'>, feed: LiveFeed) {
    this.#engines = engines;
    this.#feed = feed;
  }

  /** The next discipline: for one connection, or (null) for all there are and all to come. */
  echo(id: number | null): void {
    const { discipline } = this.#feed.view().snapshot;
    const row = id === null ? undefined : this.#open(id);
    if (id !== null && row === undefined) return;
    const now = this.#echoes.of(id, row?.discipline ?? discipline);
    const next = disciplines[(disciplines.indexOf(now) + 1) % disciplines.length] ?? discipline;
    this.#echoes.set(id, next);
    this.#engines.current.tellConnection(id, { type: 'discipline', discipline: next });
    this.#feed.note(`echo ${next} for ${id === null ? 'all connections' : `#${id}`}`);
  }

  /** Stops reading, or goes on. */
  pause(id: number): void {
    const row = this.#open(id);
    if (row === undefined || this.#isUdp(row, 'reading from it can not be stopped')) return;
    const paused = !this.#pauses.of(id, row.paused);
    this.#pauses.set(id, paused);
    this.#engines.current.tellConnection(id, { type: paused ? 'pause' : 'resume' });
    this.#feed.note(paused ? `#${id}: we stop reading; its peer feels it` : `#${id}: we read on`);
  }

  act(act: Act, id: number): void {
    const row = this.#open(id);
    if (row === undefined || (act === 'half-close' && this.#isUdp(row, 'it has no FIN'))) return;
    this.#engines.current.tellConnection(id, { type: act });
    this.#feed.note(`#${id} ${row.transport === 'udp' ? 'forgotten by us' : words[act]}`);
  }

  /** Sends bytes of our own to one connection, or (null) to all. */
  write(bytes: Uint8Array, id: number | null): void {
    // After our own FIN nothing can follow.
    const open = this.#feed
      .view()
      .snapshot.connections.all.filter(
        (row) => row.how === null && row.state !== 'FIN_WAIT' && (id === null || row.id === id),
      );
    if (id !== null && open.length === 0) {
      this.#feed.note(`#${id} takes nothing more from us: nothing sent`, 'error');
      return;
    }
    this.#engines.current.tellConnection(id, { type: 'write', bytes });
    const whom = id === null ? `all ${open.length} open connections` : `#${id}`;
    this.#feed.note(`${bytes.length} B to ${whom}: ${printable(bytes)}`);
  }

  /** The row of an open connection; of one that is gone it is said. */
  #open(id: number): Connection | undefined {
    const row = this.#feed.view().snapshot.connections.byId(id);
    if (row?.how === null) return row;
    this.#feed.note(`#${id} is closed already`, 'error');
    return undefined;
  }

  #isUdp(row: Connection, why: string): boolean {
    if (row.transport !== 'udp') return false;
    this.#feed.note(`#${row.id} speaks UDP: ${why}`, 'error');
    return true;
  }
}
