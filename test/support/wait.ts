import { setTimeout as delay } from 'node:timers/promises';

/**
 * How long tests wait for something that should come at once, ms: it ends what hangs, and is far more than a loaded
 * machine needs. Less than Vitest gives a test, so that the error names what was waited for.
 */
export const patienceMs = 30_000;

const intervalMs = 5;

/** Waits for a condition that nothing announces. Rejects with `what` it waited for after `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = patienceMs,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}, which did not come`);
    await delay(intervalMs);
  }
}
