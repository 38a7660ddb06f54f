import type { LedgerReader, MergedReader } from '../memory/ledger/reader.ts';
import type { CallHistory, Row } from '../memory/ledger/row.ts';

/** Both ends of a connection are established within this time, ms: a later one from the same port is another. */
const connectingMs = 5000;

/** Joins the calls of a connection from the server's ledgers with those of the embedded client. */
export class CallHistories {
  readonly #server: MergedReader;
  readonly #client: LedgerReader;
  #last: { readonly row: Row; readonly client: Row | undefined; readonly history: CallHistory } | null = null;

  constructor(server: MergedReader, client: LedgerReader) {
    this.#server = server;
    this.#client = client;
  }

  /** The calls of a connection; null where another one has its slot by now. The same object while nothing changed. */
  of(row: Row): CallHistory | null {
    const client = this.#clientRowOf(row);
    if (this.#last?.row === row && this.#last.client === client) return this.#last.history;
    const calls = this.#server.calls(row);
    if (calls === undefined) return null;
    const clientCalls = client === undefined ? undefined : this.#client.calls(client);
    const history = {
      calls,
      client: client === undefined || clientCalls === undefined ? null : { ...client, calls: clientCalls },
    };
    this.#last = { row, client, history };
    return history;
  }

  /** The row of the embedded client's end, where it is that end. */
  #clientRowOf({ transport, peer, at: { accept } }: Row): Row | undefined {
    const { rows } = this.#client.read();
    const isNear = ({ at }: Row): boolean => Math.abs((at.accept ?? 0) - (accept ?? 0)) < connectingMs;
    return rows
      .filter((row) => row.transport === transport && row.local === peer && isNear(row))
      .reduce<Row | undefined>((newest, row) => (newest === undefined || row.id > newest.id ? row : newest), undefined);
  }
}
