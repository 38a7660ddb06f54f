import { Engine, type EngineEvents, type EngineOptions } from '../../engine/engine.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { CallHistory, Row } from '../../memory/ledger/row.ts';
import { ArrayRowTable, addTotals, JoinedRowTable, LedgerSnapshot } from '../../memory/ledger/snapshot.ts';
import type { Endpoint } from '../../text/endpoint.ts';

/** What the engines before the present one have left. */
interface Past {
  /** The last of them: it still knows the calls of its connections. */
  readonly engine: Engine;
  /** Its connections, all of them ended; those of any engine before it are forgotten. */
  readonly rows: readonly Row[];
  /** Sums over all of them. */
  readonly totals: LedgerSnapshot['totals'];
  /** Number of the first connection that is none of theirs. */
  readonly nextId: number;
}

/**
 * One engine after another: when the worker of one has died, `restart` puts a new one in its place. Numbers and counters
 * go on: connections that were open at the death show as ended then, beside those of the new engine.
 */
export class RestartableEngine {
  readonly #options: EngineOptions;
  readonly #events: EngineEvents;
  #current: Engine;
  #endpoints: readonly Endpoint[] = [];
  /** When the present engine's worker died, monotonic ms; null while it lives. */
  #diedAt: number | null = null;
  /** The one that is to take over, while its ports are opened. */
  #next: Engine | null = null;
  #past: Past | null = null;
  #seen: LedgerSnapshot | null = null;
  #joined: LedgerSnapshot | null = null;

  constructor(options: EngineOptions, events: EngineEvents) {
    this.#options = options;
    this.#events = events;
    this.#current = this.#start(options);
  }

  /** The one to command. */
  get current(): Engine {
    return this.#current;
  }

  /** Whether the worker is gone. */
  get hasFailed(): boolean {
    return this.#diedAt !== null;
  }

  /** What all engines have counted; the same object as before when nothing changed. */
  read(): LedgerSnapshot {
    const reading = this.#current.read();
    if (this.#past === null) return reading;
    if (this.#joined === null || reading !== this.#seen) this.#joined = join(this.#past, reading);
    this.#seen = reading;
    return this.#joined;
  }

  /** As `Engine.life`. */
  calls(row: Row): CallHistory | null {
    return this.#past !== null && row.id < this.#past.nextId ? this.#past.engine.calls(row) : this.#current.calls(row);
  }

  /** As `Engine.listen`. */
  async listen(endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> {
    this.#endpoints = await this.#current.listen(endpoints);
    return this.#endpoints;
  }

  /**
   * Starts a new engine in place of one whose worker has died, on the same ports and with the discipline in force.
   * Resolves to the endpoints; to null where there is nothing to restart, or it is under way. Rejects as `listen` does:
   * then the old one stays, with its last counters.
   */
  async restart(): Promise<readonly Endpoint[] | null> {
    if (this.#diedAt === null || this.#next !== null) return null;
    const past = pastOf(this.#current, this.read(), this.#past, this.#diedAt);
    const engine = this.#start({ ...this.#options, discipline: this.read().discipline, firstId: past.nextId });
    this.#next = engine;
    try {
      const endpoints = await engine.listen(this.#endpoints);
      this.#past = past;
      this.#joined = null;
      this.#current = engine;
      this.#diedAt = null;
      return endpoints;
    } catch (error) {
      await engine.stop(0);
      throw error;
    } finally {
      this.#next = null;
    }
  }

  /** As `Engine.stop`; one that was about to take over would outlive the program. */
  async stop(graceMs: number): Promise<void> {
    await Promise.all([this.#current.stop(graceMs), this.#next?.stop(graceMs)]);
  }

  #start(options: EngineOptions): Engine {
    const engine = new Engine(options, {
      ...this.#events,
      crash: (error) => {
        // One that died before it took over is told by its `listen`.
        if (engine !== this.#current) return;
        this.#diedAt = monotonicMs();
        this.#events.crash(error);
      },
    });
    return engine;
  }
}

const pastOf = (engine: Engine, last: LedgerSnapshot, before: Past | null, diedAt: number): Past => {
  const rows = engine.read().rows.map((row) => ended(row, diedAt));
  const nextId = rows.reduce((next, { id }) => Math.max(next, id + 1), before?.nextId ?? 1);
  return { engine, rows, totals: { ...last.totals, open: 0 }, nextId };
};

/** A worker takes its sockets along. */
const ended = (row: Row, at: number): Row =>
  row.how === null
    ? { ...row, state: 'CLOSED', how: 'shutdown', stalled: false, paused: false, at: { ...row.at, close: at } }
    : row;

const join = (past: Past, { table, totals, discipline }: LedgerSnapshot): LedgerSnapshot =>
  new LedgerSnapshot(
    addTotals(past.totals, totals),
    discipline,
    new JoinedRowTable(new ArrayRowTable(past.rows), table),
  );
