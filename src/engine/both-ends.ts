import type { LedgerReader } from '../memory/ledger/reader.ts';
import type { Row } from '../memory/ledger/row.ts';
import type { BothEnds, ConnectionReader } from '../memory/recorder/connection-reader.ts';
import type { Recordings } from '../memory/recorder/recordings.ts';

/** Both ends of a connection are established within this time, ms: a later one from the same port is another. */
const connectingMs = 5000;

/** Reads the records of one connection, and those of its other end where that is the embedded client's. */
export class BothEndsReader {
  readonly #records: Recordings;
  readonly #client: LedgerReader;
  #server: { readonly id: number; readonly reader: ConnectionReader | null } = { id: 0, reader: null };
  #other: { readonly id: number; readonly reader: ConnectionReader | null } = { id: 0, reader: null };
  #last: BothEnds | null = null;

  constructor(records: Recordings, client: LedgerReader) {
    this.#records = records;
    this.#client = client;
  }

  /** What is there of a connection now; null where another has its slot. The same object while nothing is new. */
  of(row: Row): BothEnds | null {
    if (this.#server.id !== row.id) {
      this.#server = { id: row.id, reader: this.#records.connection(row) };
      this.#other = { id: 0, reader: null };
      this.#last = null;
    }
    const server = this.#server.reader?.read();
    if (server === undefined || (server.edges === null && server.records.length === 0)) return null;
    const client = this.#clientRowOf(row);
    if (client !== undefined && client.id !== this.#other.id)
      this.#other = { id: client.id, reader: this.#records.clientConnection(client) };
    const records = client === undefined ? undefined : this.#other.reader?.read();
    const isSame = this.#last?.server === server && this.#last.client?.row === client;
    if (this.#last !== null && isSame && this.#last.client?.records === records) return this.#last;
    this.#last = { server, client: client === undefined || records === undefined ? null : { row: client, records } };
    return this.#last;
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
