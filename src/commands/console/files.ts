import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import type { Entry } from '../../model/chat/transcript.ts';

import { transcriptText } from '../../model/chat/transcript-text.ts';
import { exact } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';

/** The errno name of an error that Node raised; undefined where it has none. */
export const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** What went wrong with a file, as one line for people: the command, the path, the system's words, the errno name. */
export const explainFile = (doing: string, path: string, error: unknown): string => {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  const words = error instanceof Error ? error.message : String(error);
  const why = typeof errno === 'number' ? `${getSystemErrorMessage(errno)} (${codeOf(error)})` : words;
  return printable(`${doing}: ${path}: ${why}`);
};

/** `~/` is the home directory, as in a shell; nothing else is expanded. */
export const expandHome = (path: string): string => (path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);

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

/** What became of a /save, as a line of the chat. */
interface Saved {
  readonly text: string;
  readonly tone: 'info' | 'error';
}

/**
 * Writes the chat to a file that only its owner can read. One that exists stays unless `overwrite` says otherwise, and
 * then until the new one is whole.
 */
export const save = async (path: string, overwrite: boolean, entries: readonly Entry[]): Promise<Saved> => {
  const place = expandHome(path);
  const text = transcriptText(entries);
  try {
    await (overwrite ? replaceFile(place, text) : writeNew(place, text));
  } catch (error) {
    const advice = codeOf(error) === 'EEXIST' ? '; /save! overwrites it' : '';
    return { text: explainFile('/save', place, error) + advice, tone: 'error' };
  }
  return { text: printable(`/save ${place}: ${exact(entries.length)} entries`), tone: 'info' };
};

/** A new file, or none: a part of one would pass for the whole. */
const writeNew = async (place: string, text: string): Promise<void> => {
  const file = await open(place, 'wx', 0o600);
  try {
    await file.writeFile(text);
  } catch (error) {
    await rm(place, { force: true });
    throw error;
  } finally {
    await file.close();
  }
};
