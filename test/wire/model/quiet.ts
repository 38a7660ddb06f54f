import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';

/** What is not yet as it must be; null: all is. */
export type Quiet = () => string | null;

/** How long nothing may change, ms. A shrinking program is waited for no longer than it takes to be sure. */
let patienceMs = 5_000;

export const hasten = (): void => {
  patienceMs = 2_000;
};

/** Waits until nothing is wrong; rejects with what still is, and does not change any more. */
export async function untilQuiet(fault: Quiet, extraMs = 0): Promise<void> {
  let changedAt = performance.now();
  let last: string | null = null;
  let turns = 0;
  for (let wrong = fault(); wrong !== null; wrong = fault()) {
    if (wrong !== last) changedAt = performance.now();
    last = wrong;
    if (performance.now() - changedAt > patienceMs + extraMs) throw new Error(wrong);
    // The answer mostly comes at once; one that does not must not cost a core.
    await (turns++ < 30 ? turn() : delay(1));
  }
}
