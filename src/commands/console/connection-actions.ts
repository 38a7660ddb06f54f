import type { ConnectionCommand } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { type Discipline, disciplines } from '../../memory/ledger/row.ts';
import type { LiveFeed } from '../../model/feed.ts';
import { isWritable, obstacleTo } from '../../model/obstacle.ts';
import type { Connection, ConnectionList } from '../../model/snapshot.ts';
import type { ConnectionRequest } from '../../screen/keys/actions.ts';
import type { Source } from '../../sources/source.ts';
import { isStream } from '../../text/endpoint.ts';
import { printable } from '../../text/printable.ts';

/** How long the view may lag behind a command, ms: two snapshots and some room. */
const lagMs = 300;

/**
 * The last choice for each key, as long as the view may not show it yet. Steps in quick succession, such as a key pressed
 * three times, then build on each other and not on an old view.
 */
export class RecentChoice<Key, Value> {
  readonly #choices = new Map<Key, { readonly value: Value; readonly at: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The choice of the last `lagMs`, else the value that the view shows. */
  of(key: Key, shown: Value): Value {
    const choice = this.#choices.get(key);
    if (choice !== undefined && this.#now() - choice.at < lagMs) return choice.value;
    this.#choices.delete(key);
    return shown;
  }

  set(key: Key, value: Value): void {
    const now = this.#now();
    for (const [each, { at }] of this.#choices) if (now - at >= lagMs) this.#choices.delete(each);
    this.#choices.set(key, { value, at: now });
  }
}

/** Runs what a key requests for connections of the server, and reports it in the chat. */
export class ConnectionActions {
  readonly #source: Pick<Source, 'tellConnection'>;
  readonly #feed: LiveFeed;
  readonly #before: (id: number | null, command: ConnectionCommand) => void;
  readonly #disciplines = new RecentChoice<number | null, Discipline>(monotonicMs);
  readonly #pauses = new RecentChoice<number | null, boolean>(monotonicMs);

  /** `before` is called with each command before it is given. */
  constructor(
    source: Pick<Source, 'tellConnection'>,
    feed: LiveFeed,
    before: (id: number | null, command: ConnectionCommand) => void = () => undefined,
  ) {
    this.#source = source;
    this.#feed = feed;
    this.#before = before;
  }

  /** For connection `id`, or (null) for all. */
  run(id: number | null, request: ConnectionRequest): void {
    const { connections } = this.#feed.view().snapshot;
    const row = connections.byId(id);
    const command = this.#resolve(id, row, request);
    const obstacle = id === null ? null : obstacleTo(command.type, id, row);
    if (obstacle !== null) {
      this.#feed.note(obstacle, 'error');
      return;
    }
    if (command.type === 'discipline') this.#disciplines.set(id, command.discipline);
    if (command.type === 'pause' || command.type === 'resume') this.#pauses.set(id, command.type === 'pause');
    this.#before(id, command);
    this.#source.tellConnection(id, command);
    this.#feed.note(report(command, id === null ? nameOfAll(command, connections) : `#${id}`, row));
  }

  /** Turns a step into the command that it means now. */
  #resolve(id: number | null, row: Connection | undefined, request: ConnectionRequest): ConnectionCommand {
    switch (request.type) {
      case 'next-discipline': {
        const { discipline } = this.#feed.view().snapshot;
        const current = this.#disciplines.of(id, row?.discipline ?? discipline);
        const next = disciplines[(disciplines.indexOf(current) + 1) % disciplines.length] ?? discipline;
        return { type: 'discipline', discipline: next };
      }
      case 'toggle-pause':
        return { type: this.#pauses.of(id, row?.paused ?? false) ? 'resume' : 'pause' };
      default:
        return request;
    }
  }
}

/** Bytes for all go to those that can still take them: these are counted. */
const nameOfAll = ({ type }: ConnectionCommand, { all }: ConnectionList): string =>
  type === 'write' ? `all ${all.filter(isWritable).length} open connections` : 'all connections';

/** A command as a note of the chat. `name` is that of a connection, or of all. */
const report = (command: ConnectionCommand, name: string, row: Connection | undefined): string => {
  const isForgotten = row !== undefined && !isStream(row.transport);
  switch (command.type) {
    case 'discipline':
      return `echo ${command.discipline} for ${name}`;
    case 'pause':
      return `${name}: we stop reading; its peer feels it`;
    case 'resume':
      return `${name}: we read on`;
    case 'half-close':
      return `${name} half-closed by us: FIN follows what it is owed`;
    case 'close':
      return isForgotten ? `${name} forgotten by us` : `${name} closed by us: FIN follows what it is owed`;
    case 'reset':
      return isForgotten ? `${name} forgotten by us` : `${name} reset by us: RST`;
    case 'write':
      return `${command.bytes.length} B to ${name}: ${printable(command.bytes)}`;
    default:
      return command satisfies never;
  }
};
