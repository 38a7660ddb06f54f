import { randomUUID } from 'node:crypto';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { codeOf } from './file-fault.ts';

/** The place that a path names, behind any symbolic links; the path itself where nothing is there yet. */
const placeOf = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return path;
  }
};

const isDevice = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => null);
  return found !== null && !found.isFile() && !found.isDirectory();
};

/**
 * Puts a text in the place of a file, for its owner alone. At once or not at all: whoever reads meanwhile finds the old
 * file or the new one, and a full disk leaves the old one. What is no regular file (a pipe, a device) is written to.
 */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const place = await placeOf(path);
  if (await isDevice(place)) return writeFile(place, text);
  const next = `${place}.${randomUUID().slice(0, 8)}`;
  try {
    await writeFile(next, text, { mode: 0o600, flag: 'wx' });
    await rename(next, place);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
};
