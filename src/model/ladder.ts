import type { Row } from '../memory/ledger/row.ts';
import type { CallHistory, CallRun } from './calls.ts';

/**
 * What happened. `FIN` and `RST` belong to the end that sent them; `closed` ends the connection. `shutdown`: the kernel has
 * taken our FIN, and it is not known to have arrived.
 */
export type Step = 'connect' | 'accept' | 'recv' | 'send' | 'shutdown' | 'FIN' | 'RST' | 'closed';

/** One step of one end of a connection, or a run of equal steps. */
export interface Rung {
  /** The ladder shows the peer at the left, us at the right. */
  readonly by: 'peer' | 'us';
  readonly step: Step;
  /** Since accept, ms; negative for what the embedded client did before. `untilMs` is the last of a run. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Calls in the run; 0 for a send of which the kernel has taken only a part. */
  readonly count: number;
  readonly bytes: number;
}

/**
 * The rungs of a connection, in the order of time. Of a peer they are its FIN or RST; of the embedded client every call
 * as well.
 */
export const ladderOf = (row: Row, history: CallHistory): readonly Rung[] => {
  const start = row.at.accept ?? 0;
  const once = (by: Rung['by'], step: Step, at: number | null): readonly Rung[] =>
    at === null ? [] : [{ by, step, sinceMs: at - start, untilMs: at - start, count: 1, bytes: 0 }];
  const run =
    (by: Rung['by']) =>
    ({ call, from, to, count, bytes }: CallRun): Rung => ({
      by,
      step: call,
      sinceMs: from - start,
      untilMs: to - start,
      count,
      bytes,
    });
  const { client } = history;
  const rungs = [
    ...once('peer', 'connect', client?.at.accept ?? null),
    ...once('us', 'accept', row.at.accept),
    ...(client?.calls ?? []).map(run('peer')),
    ...history.calls.map(run('us')),
    // The embedded client knows when it half-closed; the FIN of any other peer is known when we read it.
    ...once('peer', 'FIN', row.at.finReceived === null ? null : (client?.at.finSent ?? row.at.finReceived)),
    ...once('us', row.ourEnd === 'acknowledged' ? 'FIN' : 'shutdown', row.at.finSent),
    ...ending(row).flatMap(({ by, step }) => once(by, step, row.at.close)),
  ];
  return rungs.toSorted((a, b) => a.sinceMs - b.sinceMs);
};

const ending = ({ how, error, ourEnd }: Row): readonly Pick<Rung, 'by' | 'step'>[] => {
  if (how === null) return [];
  const closed = { by: 'us', step: 'closed' } as const;
  if (how === 'reset' && error !== null) return [{ by: 'peer', step: 'RST' }, closed];
  return ourEnd === 'rst' ? [{ by: 'us', step: 'RST' }, closed] : [closed];
};

/** The ladder in at most `rows` rows: its first and last rungs, and how many are `left` out between, in one row. */
export const shorten = <T>(
  rungs: readonly T[],
  rows: number,
): { readonly first: readonly T[]; readonly left: number; readonly last: readonly T[] } => {
  if (rungs.length <= rows) return { first: rungs, left: 0, last: [] };
  const last = Math.max(1, Math.ceil((rows - 1) / 2));
  const first = Math.max(0, rows - 1 - last);
  return { first: rungs.slice(0, first), left: rungs.length - first - last, last: rungs.slice(-last) };
};
