import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Part of the machine that may be at work while it counts as quiet. */
const quietShare = 0.15;
const lookMs = 100;
/** How long quiet is waited for, ms. */
const patienceMs = 3000;

/**
 * Waits until the machine has nothing else to do, since a figure taken beside a compiler says more of the compiler.
 * Resolves to false where it stays busy: what is measured then is better measured again.
 */
export const becomesQuiet = async (): Promise<boolean> => {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookMs) {
    const before = spent();
    await delay(lookMs);
    const after = spent();
    if (after.busy - before.busy <= quietShare * (after.all - before.all)) return true;
  }
  return false;
};

/** Time of all cores since they were started, ms. */
const spent = (): { readonly busy: number; readonly all: number } => {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const used = times.user + times.nice + times.sys + times.irq;
    busy += used;
    all += used + times.idle;
  }
  return { busy, all };
};
