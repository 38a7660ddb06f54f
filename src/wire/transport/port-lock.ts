import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from '../../text/fault.ts';

/** In Linux's namespace of abstract sockets, unix(7): it is as wide as that of ports, and ends with its process. */
const name = '\0echoscope opens a shared port';
/** A lock is held for less than a hundredth of the time that we wait for it. */
const retryMs = 5;
const maxWaitMs = 1000;

/**
 * Waits until no other process of this program is about to open a port that its threads share. Resolves to the function
 * that unlocks.
 *
 * A process finds such a port free, and then opens it to its threads. A second process that finds it free in between
 * would share it: of 60 pairs started in the same millisecond 31 did. Where the system has no abstract sockets, or another
 * program keeps this one, there is no lock.
 */
export const lockPort = async (): Promise<() => void> => {
  const deadline = performance.now() + maxWaitMs;
  for (;;) {
    const unlock = await tryLock();
    if (unlock !== 'taken') return unlock;
    if (performance.now() >= deadline) return () => undefined;
    await pause(retryMs);
  }
};

const tryLock = (): Promise<(() => void) | 'taken'> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(codeOf(error) === 'EADDRINUSE' ? 'taken' : () => undefined));
    server.listen({ path: name, exclusive: true }, () => resolve(() => server.close()));
  });
