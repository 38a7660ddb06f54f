import type { LifeEntry, Row } from '../ledger/row.ts';

/** The calls that made the life of one connection. */
export interface Life {
  /** Those of the server's end, oldest first; runs of calls folded. */
  readonly calls: readonly LifeEntry[];
  /** The other end, where that is the embedded client: `accept` in its moments is its connect. */
  readonly client: (Pick<Row, 'at' | 'how'> & { readonly calls: readonly LifeEntry[] }) | null;
}
