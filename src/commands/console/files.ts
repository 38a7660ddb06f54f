import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import type { Entry } from '../../model/chat/transcript.ts';
import { transcriptText } from '../../model/chat/transcript-text.ts';
import { codeOf } from '../../text/fault.ts';
import { exact } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';

/** An error of a file in one line: the command, the path, the system's message, the errno name. */
export const explainFile = (doing: string, path: string, error: unknown): string => {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  const words = error instanceof Error ? error.message : String(error);
  const why = typeof errno === 'number' ? `${getSystemErrorMessage(errno)} (${codeOf(error)})` : words;
  return printable(`${doing}: ${path}: ${why}`);
};

/** `~/` is the home directory, as in a shell; nothing else is expanded. */
export const expandHome = (path: string): string => (path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);

/** The path behind symbolic links; the path itself where nothing is there yet. */
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
 * Replaces a file by a text that only the owner can read. It is atomic: a reader finds the old file or the new one, and a
 * full disk leaves the old one. A pipe or a device is written to.
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

/** Writes the chat to a file that only the owner can read. An existing file stays unless `overwrite` is set. Resolves to a note. */
export const save = async (
  path: string,
  overwrite: boolean,
  entries: readonly Entry[],
): Promise<{ readonly text: string; readonly tone: 'info' | 'error' }> => {
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

/** Leaves no part of a file behind: it would look complete. */
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
