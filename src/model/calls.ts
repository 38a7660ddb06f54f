import type { Row } from '../memory/ledger/row.ts';
import type { BothEnds } from '../memory/recorder/connection-reader.ts';
import type { DataRecord, WireRecord } from '../memory/recorder/record.ts';

/** The calls that move bytes. */
export type Call = DataRecord['kind'];

/** One call on a connection, or a run of them. Times are monotonic ms. */
export interface CallRun {
  readonly call: Call;
  /** The first of them, and the last. */
  readonly from: number;
  readonly to: number;
  /** How many; 0 for a send of which the kernel has taken only a part. */
  readonly count: number;
  readonly bytes: number;
}

/** The calls of one connection. */
export interface CallHistory {
  /** Those of the server's end, oldest first. */
  readonly calls: readonly CallRun[];
  /** The other end, where that is the embedded client; its `accept` is its connect. */
  readonly client: (Pick<Row, 'at' | 'how'> & { readonly calls: readonly CallRun[] }) | null;
}

/** Both ends of a connection, from their records. */
export const historyOf = (row: Row, { server, client }: BothEnds): CallHistory => ({
  calls: callsOf(row, server.records),
  client: client === null ? null : { ...client.row, calls: callsOf(client.row, client.records.records) },
});

/**
 * The calls of one end: one by one as far as their records are there. What left the ring, and what is not in it yet, is one
 * run of each direction. A send that the kernel took in parts is one call.
 */
const callsOf = (row: Row, records: readonly WireRecord[]): readonly CallRun[] =>
  [
    ...directionOf(records, 'recv', { from: row.at.recv, to: row.activeAt, count: row.reads, bytes: row.bytesIn }),
    ...directionOf(records, 'send', { from: row.at.send, to: row.activeAt, count: row.writes, bytes: row.bytesOut }),
  ].toSorted((a, b) => a.from - b.from);

/** `all`: the calls of the direction so far, as the ledger counts them. */
const directionOf = (
  records: readonly WireRecord[],
  call: Call,
  all: Omit<CallRun, 'call' | 'from'> & { readonly from: number | null },
): readonly CallRun[] => {
  const known = records.flatMap((record) => (record.kind === call ? [record] : []));
  const [first, last] = [known[0], known.at(-1)];
  const runs: CallRun[] = [];
  const start = all.from ?? all.to;
  if (first === undefined || last === undefined)
    return all.bytes + all.count === 0 ? [] : [{ ...all, call, from: start }];
  if (first.offset + first.calls > 0)
    runs.push({ call, from: Math.min(start, first.from), to: first.from, count: first.calls, bytes: first.offset });
  for (const { from, until, count, length } of known) {
    const before = runs.at(-1);
    if (before?.count === 0) runs.splice(-1, 1, { ...before, to: until, count, bytes: before.bytes + length });
    else runs.push({ call, from, to: until, count, bytes: length });
  }
  const bytes = all.bytes - last.offset - last.length;
  const count = all.count - last.calls - last.count;
  if (bytes > 0 && count >= 0) runs.push({ call, from: last.until, to: all.to, count, bytes });
  return runs;
};
