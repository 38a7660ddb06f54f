import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { threadId } from 'node:worker_threads';

/** How often a thread is looked at, ms. */
const intervalMs = 3000;

/**
 * Loaded into the program by --import, in each of its threads: writes down again and again what the thread holds. The
 * folder is named in its URL, and the file of a thread has its number in its name. Garbage is collected first: V8 lets that of the console's pictures grow to
 * tens of megabytes before it does so by itself, which says nothing of what is kept.
 */
const folder = new URL(import.meta.url).searchParams.get('folder');
if (folder !== null) {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const look = (): void => {
    collect();
    const resources: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
    const line = { atMs: Date.now(), heapBytes: process.memoryUsage().heapUsed, resources };
    appendFileSync(`${folder}/${threadId}`, `${JSON.stringify(line)}\n`);
  };
  setInterval(look, intervalMs).unref();
}
