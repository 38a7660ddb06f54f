import type { LedgerReader, MergedReader } from '../memory/ledger/reader.ts';
import type { CallHistory, Row } from '../memory/ledger/row.ts';

/** Both ends of one connection are established within this time, ms: a later one from the same port is another. */
const connectingMs = 5000;

/** Puts the life of a connection together from the server's ledgers and that of the embedded client. */
export class CallHistories {
  readonly #server: MergedReader;
  readonly #client: LedgerReader;
  #last: { readonly row: Row; readonly client: Row | undefined; readonly life: CallHistory } | null = null;

  constructor(server: MergedReader, client: LedgerReader) {
    this.#server = server;
    this.#client = client;
  }

  /** The life of a connection, null where its slot was taken by another. The same object while nothing changed. */
  of(row: Row): CallHistory | null {
    const client = this.#otherEnd(row);
    if (this.#last?.row === row && this.#last.client === client) return this.#last.life;
    const calls = this.#server.calls(row);
    if (calls === undefined) return null;
    const theirs = client === undefined ? undefined : this.#client.calls(client);
    const life = { calls, client: client === undefined || theirs === undefined ? null : { ...client, calls: theirs } };
    this.#last = { row, client, life };
    return life;
  }

  #otherEnd({ transport, peer, at: { accept } }: Row): Row | undefined {
    const { rows } = this.#client.read();
    const isNear = ({ at }: Row): boolean => Math.abs((at.accept ?? 0) - (accept ?? 0)) < connectingMs;
    return rows
      .filter((row) => row.transport === transport && row.local === peer && isNear(row))
      .reduce<Row | undefined>((newest, row) => (newest === undefined || row.id > newest.id ? row : newest), undefined);
  }
}
