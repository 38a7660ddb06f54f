import { constants, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { maxLineLength, maxLines } from '../../model/chat/prompt-history.ts';
import { ownFolder, type UserFolder } from '../../own-folder.ts';
import { codeOf } from '../../text/fault.ts';
import { explainFile, type FileCalls, openRegular, replaceFile } from './files.ts';

const newline = 0x0a;

/** Bytes read from the end of the file: more than all kept lines at their longest. */
const maxBytes = 64 << 20;

/** A line as a JSON string, which has no line break. */
const encodeLine = (line: string): string => `${JSON.stringify(line)}\n`;

/** Decodes a line; empty where it is damaged. */
const decodeLine = (text: string): readonly string[] => {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'string' && line.length <= maxLineLength ? [line] : [];
  } catch {
    return [];
  }
};

/** The last line has no end: a full disk took only a part of it. */
const isTorn = async (file: FileHandle, size: number): Promise<boolean> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
  return bytesRead > 0 && buffer[0] !== newline;
};

/** Somebody else's file, in a folder that is ours. */
const refuseForeign = ({ uid }: Stats): void => {
  if (process.geteuid !== undefined && uid !== process.geteuid()) throw new Error('it belongs to another user');
};

const { O_APPEND, O_CREAT, O_RDONLY, O_RDWR } = constants;

/**
 * The history of the prompt, in a file that only the owner can read, in a folder where nobody else can write. Several consoles may append
 * to it at once. The first error is reported; later ones are ignored, for nothing else depends on the file.
 */
export class HistoryFile {
  readonly #folder: UserFolder | null;
  /** Its real path once it was checked: nobody else can change it after that. */
  #checked: string | null = null;
  readonly #calls: FileCalls;
  readonly #report: (problem: string) => void;
  /** The last call of all; each waits for the one before it. */
  #last: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #appended = 0;

  /** Null: the user has no folder, and lines are kept for this run only. */
  constructor(folder: UserFolder | null, calls: FileCalls, report: (problem: string) => void) {
    this.#folder = folder;
    this.#calls = calls;
    this.#report = report;
  }

  /** The last lines, oldest first. A file with twice as many is cut to them, here and while lines are appended. */
  async read(): Promise<readonly string[]> {
    let lines: readonly string[] = [];
    this.#queue(async (path) => {
      try {
        const found = await this.#load(path);
        lines = found.lines;
        if (found.isLong) await this.#replace(path, lines);
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
      }
    });
    await this.#last;
    return lines;
  }

  /** Appends a line, behind those appended before. */
  append(line: string): void {
    this.#queue(async (path) => {
      const { file, stats } = await openRegular(path, O_RDWR | O_APPEND | O_CREAT, 0o600);
      try {
        refuseForeign(stats);
        // An existing file may be readable by others.
        await file.chmod(0o600);
        const start = (await isTorn(file, stats.size)) ? '\n' : '';
        await file.appendFile(start + encodeLine(line));
      } finally {
        await file.close();
      }
      this.#appended += 1;
      if (this.#appended % maxLines > 0) return;
      const { lines, isLong } = await this.#load(path);
      if (isLong) await this.#replace(path, lines);
    });
  }

  /** Resolves when all lines are written, or have failed. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #load(path: string): Promise<{ readonly lines: readonly string[]; readonly isLong: boolean }> {
    const { file, stats } = await openRegular(path, O_RDONLY);
    try {
      refuseForeign(stats);
      const { size } = stats;
      const buffer = Buffer.alloc(Math.min(size, maxBytes));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length);
      const all = buffer
        .toString('utf8', 0, bytesRead)
        .split('\n')
        .filter((text) => text !== '');
      return {
        lines: all.slice(-maxLines).flatMap(decodeLine),
        isLong: all.length >= 2 * maxLines || size > maxBytes,
      };
    } finally {
      await file.close();
    }
  }

  #replace(path: string, lines: readonly string[]): Promise<void> {
    return replaceFile(path, lines.map(encodeLine).join(''));
  }

  /** Runs `act` on the file behind all that was queued before. */
  #queue(act: (path: string) => Promise<void>): void {
    const folder = this.#folder;
    if (folder === null) return;
    const shown = join(folder.path, 'history');
    this.#last = this.#last
      .then(() =>
        this.#calls.run('history', shown, async () => {
          this.#checked ??= await ownFolder(folder);
          await act(join(this.#checked, 'history'));
        }),
      )
      .catch((error: unknown) => this.#fail(shown, error));
  }

  #fail(path: string, error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#report(`${explainFile('history', path, error)}; kept for this run only`);
  }
}
