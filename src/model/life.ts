import type { CallRun, Row } from '../ledger/row.ts';

/** The calls that made the life of one connection. */
export interface CallHistory {
  /** Those of the server's end, oldest first; runs of calls folded. */
  readonly calls: readonly CallRun[];
  /** The other end, where that is the embedded client: `accept` in its moments is its connect. */
  readonly client: (Pick<Row, 'at' | 'how'> & { readonly calls: readonly CallRun[] }) | null;
}
