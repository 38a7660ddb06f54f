import { setTimeout as delay } from 'node:timers/promises';

/** How long tests wait for something, in ms: less than Vitest gives a test, so that it is our error that is seen. */
export const patienceMs = 10_000;

const intervalMs = 5;

/** Waits for a condition that nothing announces. Rejects with `what` it waited for after `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = patienceMs,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await delay(intervalMs);
  }
}
