import type { Row } from '../memory/ledger/row.ts';
import { isStream } from '../text/endpoint.ts';

/** A stream that owes bytes and has moved none for so long is stuck, ms. A peer that reads takes them far sooner. */
const stuckMs = 1000;

/**
 * Bytes that came in and are due to go back, and have not: without those that the discipline still holds, and none once
 * they cannot go back any more. Bytes written by hand count as sent, so it may be too little, and is never negative.
 */
export const owedOf = ({ discipline, bytesIn, bytesOut, held, how, at }: Row): number =>
  discipline === 'none' || how !== null || at.finSent !== null ? 0 : Math.max(0, bytesIn - bytesOut - held);

/**
 * Whether an open connection does not go on: its peer takes nothing more, or what it owes has not moved for a second. One
 * that a user has paused is not stuck. `nowMs` is monotonic.
 */
export const isStuck = (row: Row, nowMs: number): boolean =>
  row.how === null &&
  !row.paused &&
  (row.stalled || (isStream(row.transport) && owedOf(row) > 0 && nowMs - row.activeAt >= stuckMs));

/** Whether it was cut short: by RST of either end, an error, or a limit of memory. */
export const isBroken = ({ how }: Row): boolean => how === 'reset' || how === 'error' || how === 'limit';
