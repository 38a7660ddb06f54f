import type { ClientCommand, ConnectionCommand } from '../../src/engine/protocol.ts';
import type { Row } from '../../src/memory/ledger/row.ts';
import { ArrayRowTable, LedgerSnapshot } from '../../src/memory/ledger/snapshot.ts';
import type { BothEnds, ConnectionRecords } from '../../src/memory/recorder/connection-reader.ts';
import { MergedRingReader } from '../../src/memory/recorder/merged-reader.ts';
import type { TalkSource } from '../../src/model/talk.ts';
import type { Source, SourceEvents } from '../../src/sources/source.ts';
import type { Endpoint } from '../../src/text/endpoint.ts';
import { recordsOf } from '../support/recording.ts';

/** What a source of data starts with. */
interface Data {
  readonly rows: readonly Row[];
  /** Payload of every connection whose detail is opened. */
  readonly payload?: ConnectionRecords;
  readonly refusal?: string;
}

/** A source without engine, thread or socket: it shows rows, and keeps the commands that reach it. */
export class DataSource implements Source {
  readonly commands: (ClientCommand | { readonly id: number | null; readonly command: ConnectionCommand })[] = [];
  readonly #payload: ConnectionRecords;
  #snapshot: LedgerSnapshot;
  #events: SourceEvents | null = null;
  refusal: string | null;

  constructor({ rows, payload = recordsOf(), refusal }: Data) {
    this.#snapshot = snapshotOf(rows);
    this.#payload = payload;
    this.refusal = refusal ?? null;
  }

  /** The console that follows it. */
  get events(): SourceEvents {
    if (this.#events === null) throw new Error('nothing follows the source');
    return this.#events;
  }

  show(rows: readonly Row[]): void {
    this.#snapshot = snapshotOf(rows);
  }

  read(): LedgerSnapshot {
    return this.#snapshot;
  }

  follow(events: SourceEvents): void {
    this.#events = events;
  }

  ends(): BothEnds {
    return { server: this.#payload, client: null };
  }

  edges(): null {
    return null;
  }

  /** Nobody says anything. */
  talk(): TalkSource {
    return new MergedRingReader([]);
  }

  tellClient(command: ClientCommand): void {
    this.commands.push(command);
  }

  tellConnection(id: number | null, command: ConnectionCommand): void {
    this.commands.push({ id, command });
  }

  async restart(): Promise<readonly Endpoint[]> {
    this.refusal = null;
    return [];
  }

  async stop(): Promise<void> {}
}

const snapshotOf = (rows: readonly Row[]): LedgerSnapshot => {
  const open = rows.filter(({ how }) => how === null).length;
  const sum = (counter: 'bytesIn' | 'bytesOut') => rows.reduce((total, row) => total + row[counter], 0);
  const totals = { open, served: rows.length, refused: 0, bytesIn: sum('bytesIn'), bytesOut: sum('bytesOut') };
  return new LedgerSnapshot(totals, 'chunk', new ArrayRowTable(rows));
};
