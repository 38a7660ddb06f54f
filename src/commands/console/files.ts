import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { getSystemErrorMessage } from 'node:util';
import { homeFolder } from '../../own-folder.ts';
import { codeOf } from '../../text/fault.ts';
import { printable } from '../../text/printable.ts';

/** An error of a file in one line: the command, the path, the system's message, the errno name. */
export const explainFile = (doing: string, path: string, error: unknown): string => {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  const words = error instanceof Error ? error.message : String(error);
  const why = typeof errno === 'number' ? `${getSystemErrorMessage(errno)} (${codeOf(error)})` : words;
  return printable(`${doing}: ${path}: ${why}`);
};

/** `~/` is the home directory, as in a shell; nothing else is expanded. */
export const expandHome = (path: string): string => {
  const home = path.startsWith('~/') ? homeFolder() : null;
  return home === null ? path : join(home, path.slice(2));
};

/** Who uses a file. Each has one call to a file under way at most. */
export type FileUser = 'history' | '/save' | '/save-bytes' | '/send';

/** A call to a file. */
interface Call {
  readonly path: string;
  readonly ended: Promise<void>;
}

/** How long a file may take before it is said, and before the next call to it is refused, ms. */
const patienceMs = 1000;

/**
 * The calls to files that have not come back. One to a dead network file system may never do so. It then holds one of the four
 * threads that do such calls in Node, and look names up as well: so a user of files has one of them at most. Nor can Node end before
 * such a call has ended.
 */
export class FileCalls {
  readonly #calls = new Map<FileUser, Call>();
  readonly #report: (problem: string) => void;

  /** `report` gets a line about a file that does not answer. */
  constructor(report: (problem: string) => void) {
    this.#report = report;
  }

  /** Paths of the files that have not answered, as text for people. */
  get unanswered(): readonly string[] {
    return Array.from(this.#calls.values(), ({ path }) => printable(path));
  }

  /** Runs a call to a file of this user, and rejects where an earlier one of the same user does not end. */
  async run<T>(user: FileUser, path: string, act: () => Promise<T>): Promise<T> {
    for (let call = this.#calls.get(user); call !== undefined; call = this.#calls.get(user)) {
      const hasEnded = await Promise.race([call.ended.then(() => true), delay(patienceMs, false, { ref: false })]);
      if (!hasEnded) throw new Error(`${call.path} does not answer yet`);
    }
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#calls.set(user, { path, ended });
    const timer = setTimeout(() => this.#report(printable(`${user}: ${path} does not answer yet`)), patienceMs);
    try {
      return await act();
    } finally {
      clearTimeout(timer);
      this.#calls.delete(user);
      resolve();
    }
  }

  /** Resolves once no call is under way. */
  async idle(): Promise<void> {
    for (const { ended } of this.#calls.values()) await ended;
  }
}

/** Windows has neither of the flags. */
const { O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;

/** No pipe, socket, device or directory. */
class IrregularFileError extends Error {
  override readonly name = 'IrregularFileError';
  constructor() {
    super('is no regular file');
  }
}

const refuseIrregular = (found: Stats): void => {
  if (!found.isFile()) throw new IrregularFileError();
};

/**
 * Opens a regular file. What is none is not opened at all, for opening a device may start something; and what takes the file's place at
 * that moment is opened without waiting for its other end, and closed.
 */
export const openRegular = async (
  path: string,
  flags: number,
  mode?: number,
): Promise<{ readonly file: FileHandle; readonly stats: Stats }> => {
  const found = await stat(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    return null;
  });
  if (found !== null) refuseIrregular(found);
  const file = await open(path, flags | O_NONBLOCK | O_NOCTTY, mode);
  try {
    const stats = await file.stat();
    refuseIrregular(stats);
    return { file, stats };
  } catch (error) {
    await file.close();
    throw error;
  }
};

/** The path behind symbolic links; the path itself where nothing is there yet. Rejects where that is no regular file, or a link to nothing. */
const placeOf = async (path: string): Promise<string> => {
  try {
    const place = await realpath(path);
    refuseIrregular(await stat(place));
    return place;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const link = await readlink(path).catch(() => null);
    if (link !== null) throw new Error(`is a link to ${link}, where nothing is`);
    return path;
  }
};

/**
 * Replaces a regular file by contents that only the owner can read. It is atomic: a reader finds the old file or the new one, and a
 * full disk leaves the old one.
 */
export const replaceFile = async (path: string, contents: string | Uint8Array): Promise<void> => {
  const place = await placeOf(path);
  // Short: the name of the file may be as long as the system takes.
  const next = join(dirname(place), `.${randomUUID().slice(0, 8)}`);
  try {
    await writeFile(next, contents, { mode: 0o600, flag: 'wx' });
    await rename(next, place);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
};

/** What a command of the prompt writes, and where. */
interface Saving {
  readonly command: '/save' | '/save-bytes';
  readonly path: string;
  readonly overwrite: boolean;
  readonly contents: string | Uint8Array;
  /** What it is, for the note. */
  readonly summary: string;
}

/** Writes a file that only the owner can read. An existing file stays unless `overwrite` is set. Resolves to a note. */
export const save = async (
  { command, path, overwrite, contents, summary }: Saving,
  calls: FileCalls,
): Promise<{ readonly text: string; readonly tone: 'info' | 'error' }> => {
  const place = expandHome(path);
  try {
    await calls.run(command, place, () => (overwrite ? replaceFile(place, contents) : writeNew(place, contents)));
  } catch (error) {
    const advice = codeOf(error) === 'EEXIST' ? `; ${command}! overwrites it` : '';
    return { text: explainFile(command, place, error) + advice, tone: 'error' };
  }
  return { text: printable(`${command} ${place}: ${summary}`), tone: 'info' };
};

/** Leaves no part of a file behind: it would look complete. */
const writeNew = async (place: string, contents: string | Uint8Array): Promise<void> => {
  const file = await open(place, 'wx', 0o600);
  try {
    await file.writeFile(contents);
  } catch (error) {
    await rm(place, { force: true });
    throw error;
  } finally {
    await file.close();
  }
};
