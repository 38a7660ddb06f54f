import type { CallHistory, CallRun, Row } from '../memory/ledger/row.ts';

/** What happened at a rung. `FIN` and `RST` belong to the end that sent them; `closed` is the end of the whole. */
export type Step = 'connect' | 'accept' | 'recv' | 'send' | 'FIN' | 'RST' | 'closed';

/** One rung of the ladder of a connection's life: something that one of its ends did, or a run of the same. */
export interface Rung {
  /** Who did it: the peer stands at the left of the ladder, we at the right. */
  readonly by: 'peer' | 'us';
  readonly step: Step;
  /** Since accept, ms; below 0 for what the client did before it. `untilMs` is the last of a run. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Calls in the run; 0 for a send of which only a part is taken so far. */
  readonly count: number;
  readonly bytes: number;
}

/**
 * The rungs of a connection, in the order of time. Those of the peer are what its FIN or RST told us, and for the
 * embedded client every call of its own.
 */
export const ladderOf = (row: Row, life: CallHistory): readonly Rung[] => {
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
  const { client } = life;
  const rungs = [
    ...once('peer', 'connect', client?.at.accept ?? null),
    ...once('us', 'accept', row.at.accept),
    ...(client?.calls ?? []).map(run('peer')),
    ...life.calls.map(run('us')),
    // The client's own FIN is told by the client, that of any other peer when it was read.
    ...once('peer', 'FIN', client?.at.finSent ?? row.at.finReceived),
    ...once('us', 'FIN', row.at.finSent),
    ...ending(row).flatMap(({ by, step }) => once(by, step, row.at.close)),
  ];
  return rungs.toSorted((a, b) => a.sinceMs - b.sinceMs);
};

const ending = ({ how, error }: Row): readonly Pick<Rung, 'by' | 'step'>[] => {
  if (how === null) return [];
  const closed = { by: 'us', step: 'closed' } as const;
  if (how === 'reset') return [{ by: error === null ? 'us' : 'peer', step: 'RST' }, closed];
  return how === 'limit' ? [{ by: 'us', step: 'RST' }, closed] : [closed];
};

/**
 * The ladder in at most `rows` rungs: where there are more, calls in the middle give way, and `left` says how many
 * rungs are missing behind the first part. How it began and how it ends always stay, as far as there is room.
 */
export const shorten = <T>(
  rungs: readonly T[],
  rows: number,
): { readonly first: readonly T[]; readonly left: number; readonly last: readonly T[] } => {
  if (rungs.length <= rows) return { first: rungs, left: 0, last: [] };
  const last = Math.max(1, Math.ceil((rows - 1) / 2));
  const first = Math.max(0, rows - 1 - last);
  return { first: rungs.slice(0, first), left: rungs.length - first - last, last: rungs.slice(-last) };
};
