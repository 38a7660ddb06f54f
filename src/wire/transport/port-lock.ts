import { createServer } from 'node:net';
import { codeOf } from '../../text/system-error.ts';

/** In Linux's namespace of abstract sockets, unix(7): as wide as that of the ports, and gone with its process. */
const name = '\0echoscope opens a shared port';
/** How often it is tried, and for how long, ms: whoever is at it is done in less than a hundredth of that. */
const againMs = 5;
const patienceMs = 1000;

/**
 * Waits until no other process of this program is about to open a port that its threads share, and resolves to what
 * ends our turn.
 *
 * Between finding such a port free and opening it to our threads lies a moment in which another process may find it
 * free as well, and both would share it: of 60 pairs started in the same millisecond 31 did. Where the system has no
 * such sockets, or somebody keeps this one for himself, we go on without.
 */
export const lockPort = async (): Promise<() => void> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const turn = await tryLock();
    if (turn !== 'taken') return turn;
    if (performance.now() >= deadline) return () => undefined;
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
};

const tryLock = (): Promise<(() => void) | 'taken'> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(codeOf(error) === 'EADDRINUSE' ? 'taken' : () => undefined));
    server.listen({ path: name, exclusive: true }, () => resolve(() => server.close()));
  });
