import { lstat } from 'node:fs/promises';
import { keepKnownVariables } from './environment.ts';
import { ownFolder, userFolder } from './own-folder.ts';

/** A folder that does not answer in this time, ms, is none: on a dead network file system each module would wait for it. */
const patienceMs = 100;

/** The folder of the cache, closed to everyone else; null where there can be none. */
const cacheFolder = async (): Promise<string | null> => {
  const place = userFolder('cache');
  if (place === null) return null;
  const folder = await ownFolder(place);
  const { uid, mode } = await lstat(folder);
  const isClosed = process.geteuid === undefined || (uid === process.geteuid() && (mode & 0o077) === 0);
  return isClosed ? folder : null;
};

/**
 * Has Node keep what it compiles, which a start then need not do again. Code in that folder is run, and by default it is in the shared
 * folder for temporary files, which whoever comes first owns: so it is in the user's own, checked, or nowhere.
 */
const enableCompileCache = async (): Promise<void> => {
  const { promise: silence, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, patienceMs, null);
  const folder = await Promise.race([cacheFolder().catch(() => null), silence]);
  clearTimeout(timer);
  if (folder !== null) process.getBuiltinModule('node:module').enableCompileCache(folder);
};

/** What comes before any other module is loaded. */
export const prepareProcess = async (): Promise<void> => {
  // Without a listener Node opens its debugger on a port of loopback, where every local user could run code as this one.
  process.on('SIGUSR1', () => undefined);
  keepKnownVariables(process.env);
  await enableCompileCache();
};
