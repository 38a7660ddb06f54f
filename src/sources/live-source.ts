import { Engine, type EngineOptions } from '../engine/engine.ts';
import type { ClientCommand, ConnectionCommand } from '../engine/protocol.ts';
import { monotonicMs } from '../memory/clock.ts';
import type { Row } from '../memory/ledger/row.ts';
import { ArrayRowTable, addTotals, JoinedRowTable, LedgerSnapshot } from '../memory/ledger/snapshot.ts';
import type { BothEnds } from '../memory/recorder/connection-reader.ts';
import type { Edges } from '../memory/recorder/edges-reader.ts';
import type { WireRecord } from '../memory/recorder/record.ts';
import type { TalkSource } from '../model/talk.ts';
import type { Endpoint } from '../text/endpoint.ts';
import { RecordPump } from './record-pump.ts';
import type { Source, SourceEvents } from './source.ts';

/** What the engines before the present one have left. */
interface Past {
  /** The last of them: it still has the calls of its connections. */
  readonly engine: Engine;
  /** Its connections, all closed; those of earlier engines are dropped. */
  readonly rows: readonly Row[];
  /** Sums over all of them. */
  readonly totals: LedgerSnapshot['totals'];
  /** Number of the first connection of the present engine. */
  readonly nextId: number;
}

/**
 * An engine in this process. Once a wire thread has died, `restart` puts a new engine in its place. Numbers and counters
 * go on: connections that were open at the crash are shown as closed then, beside those of the new engine.
 */
export class LiveSource implements Source {
  readonly #options: EngineOptions;
  #events: SourceEvents | null = null;
  #current: Engine;
  #endpoints: readonly Endpoint[] = [];
  /** When the present engine crashed, monotonic ms; null while it runs. */
  #crashedAt: number | null = null;
  /** The next engine, while it opens its ports. */
  #next: Engine | null = null;
  #past: Past | null = null;
  #seen: LedgerSnapshot | null = null;
  #joined: LedgerSnapshot | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#current = this.#start(options);
  }

  follow(events: SourceEvents): void {
    this.#events = events;
  }

  get refusal(): string | null {
    return this.#crashedAt === null ? null : 'the wire has failed: Ctrl-R restarts it';
  }

  read(): LedgerSnapshot {
    const snapshot = this.#current.read();
    if (this.#past === null) return snapshot;
    if (this.#joined === null || snapshot !== this.#seen) this.#joined = join(this.#past, snapshot);
    this.#seen = snapshot;
    return this.#joined;
  }

  ends(row: Row): BothEnds | null {
    return this.#engineOf(row).ends(row);
  }

  edges(row: Row): Edges | null {
    return this.#engineOf(row).records.edges(row);
  }

  talk(): TalkSource {
    return this.#current.records.follow({ wanted: ['recv', 'send'] });
  }

  tellClient(command: ClientCommand): void {
    if (this.refusal === null) this.#current.tellClient(command);
  }

  tellConnection(id: number | null, command: ConnectionCommand): void {
    if (this.refusal === null) this.#current.tellConnection(id, command);
  }

  /** As `Engine.listen`. */
  async listen(endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> {
    this.#endpoints = await this.#current.listen(endpoints);
    return this.#endpoints;
  }

  /** Keeps the ports and the discipline in force. Rejects as `listen` does. */
  async restart(): Promise<readonly Endpoint[] | null> {
    if (this.#crashedAt === null || this.#next !== null) return null;
    const past = pastOf(this.#current, this.read(), this.#past, this.#crashedAt);
    const engine = this.#start({ ...this.#options, discipline: this.read().discipline, firstId: past.nextId });
    this.#next = engine;
    try {
      const endpoints = await engine.listen(this.#endpoints);
      this.#past = past;
      this.#joined = null;
      this.#current = engine;
      this.#crashedAt = null;
      return endpoints;
    } catch (error) {
      await engine.stop(0);
      throw error;
    } finally {
      this.#next = null;
    }
  }

  /** Also stops an engine that is about to take over: it would outlive the program. */
  async stop(graceMs: number): Promise<void> {
    await Promise.all([this.#current.stop(graceMs), this.#next?.stop(graceMs)]);
  }

  /** The one that has, or had, a connection. */
  #engineOf({ id }: Row): Engine {
    return this.#past !== null && id < this.#past.nextId ? this.#past.engine : this.#current;
  }

  #start(options: EngineOptions): Engine {
    const engine: Engine = new Engine(options, {
      client: (event) => this.#events?.client(event),
      recorded: () => void pump.run(),
      fault: (fault) => this.#events?.fault(fault),
      crash: (error) => {
        // A crash before it takes over is reported by its `listen`.
        if (engine !== this.#current) return;
        this.#crashedAt = monotonicMs();
        this.#events?.crash(error);
      },
    });
    const pump = new RecordPump(engine.records.follow({ wanted: ['fin'] }), 'events', async (records) => {
      for (const record of records) this.#hear(engine, record);
    });
    void pump.run();
    return engine;
  }

  /** Under `eof` a peer's FIN ends a message. */
  #hear({ records }: Engine, record: WireRecord): void {
    if (record.kind !== 'fin' || record.by !== 'peer' || record.owner !== 'server' || record.discipline !== 'eof')
      return;
    const { first, length } = records.edges(record)?.recv ?? { first: null, length: 0 };
    if (first !== null && length > 0) this.#events?.said({ id: record.id, bytes: first, length });
  }
}

const pastOf = (engine: Engine, last: LedgerSnapshot, before: Past | null, crashedAt: number): Past => {
  const rows = engine.read().rows.map((row) => closed(row, crashedAt));
  const nextId = rows.reduce((next, { id }) => Math.max(next, id + 1), before?.nextId ?? 1);
  return { engine, rows, totals: { ...last.totals, open: 0 }, nextId };
};

/** A thread that dies closes its sockets. */
const closed = (row: Row, at: number): Row =>
  row.how === null
    ? { ...row, state: 'CLOSED', how: 'shutdown', stalled: false, paused: false, at: { ...row.at, close: at } }
    : row;

const join = (past: Past, { table, totals, discipline }: LedgerSnapshot): LedgerSnapshot =>
  new LedgerSnapshot(
    addTotals(past.totals, totals),
    discipline,
    new JoinedRowTable(new ArrayRowTable(past.rows), table),
  );
