import type { Engine } from '../../../src/engine/engine.ts';
import { monotonicMs } from '../../../src/memory/clock.ts';
import type { Row } from '../../../src/memory/ledger/row.ts';
import type { LedgerSnapshot } from '../../../src/memory/ledger/snapshot.ts';
import type { Transport } from '../../../src/text/endpoint.ts';

/** The row of one connection as it was seen last: kept when its slot has gone to another. */
export interface Watched {
  row: Row | null;
}

/** Follows the rows of the clients of one engine. */
export class Rows {
  readonly #engine: Engine;
  readonly #byId = new Map<number, Watched>();
  readonly #awaited = new Map<string, { readonly since: number; readonly watched: Watched }>();
  #last: LedgerSnapshot | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The next connection of a peer that is accepted from now on. Both transports may use the same port. */
  watch(transport: Transport, peer: string, since = monotonicMs()): Watched {
    const watched: Watched = { row: null };
    this.#awaited.set(`${transport} ${peer}`, { since, watched });
    this.#last = null;
    return watched;
  }

  refresh(): LedgerSnapshot {
    const reading = this.#engine.read();
    if (reading === this.#last) return reading;
    this.#last = reading;
    for (const row of reading.rows) {
      const watched = this.#byId.get(row.id);
      if (watched !== undefined) watched.row = row;
      else this.#meet(row);
    }
    return reading;
  }

  #meet(row: Row): void {
    const key = `${row.transport} ${row.peer}`;
    const awaited = this.#awaited.get(key);
    if (awaited === undefined || (row.at.accept ?? 0) < awaited.since) return;
    this.#awaited.delete(key);
    awaited.watched.row = row;
    this.#byId.set(row.id, awaited.watched);
  }
}
