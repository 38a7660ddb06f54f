import { appendFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

/**
 * Loaded into the program by --import, in each of its threads: writes down once in a second what the thread holds. The
 * file of a thread has its number in its name.
 */
const folder = process.env.SOAK_HEAP;
if (folder !== undefined) {
  const look = (): void => {
    const resources: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const line = { atMs: Date.now(), heapBytes: heapUsed, bufferBytes: arrayBuffers, resources };
    appendFileSync(`${folder}/${threadId}`, `${JSON.stringify(line)}\n`);
  };
  setInterval(look, 1000).unref();
}
