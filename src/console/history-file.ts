import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { keptLineLength, keptLines } from '../model/history.ts';
import { codeOf, explainFile } from './file-fault.ts';
import { replaceFile } from './replacing.ts';

/**
 * Where the history is kept: $XDG_STATE_HOME/echoscope/history, by default under ~/.local/state. A relative path in the
 * variable counts as none (XDG Base Directory Specification 0.8).
 */
export const historyPath = (stateHome: string | undefined): string => {
  const isNamed = stateHome !== undefined && isAbsolute(stateHome);
  return join(isNamed ? stateHome : join(homedir(), '.local', 'state'), 'echoscope', 'history');
};

const newline = 0x0a;

/** A line as it is written: a JSON string, which stays one line whatever is in it. */
const written = (line: string): string => `${JSON.stringify(line)}\n`;

/** What was written; nothing where it is damaged. */
const readLine = (text: string): readonly string[] => {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'string' && line.length <= keptLineLength ? [line] : [];
  } catch {
    return [];
  }
};

/** Whether the last line has no end: a disk that was full took only a part of it. */
const isTorn = async (file: FileHandle, size: number): Promise<boolean> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
  return bytesRead > 0 && buffer[0] !== newline;
};

/**
 * The lines of the prompt, kept from run to run in a file that only its owner can read. Several consoles may append to
 * it at once. Where it can't be read or written the first reason is told, and that is all: nothing else depends on it.
 */
export class HistoryFile {
  readonly #path: string;
  readonly #tell: (problem: string) => void;
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;

  constructor(path: string, tell: (problem: string) => void) {
    this.#path = path;
    this.#tell = tell;
  }

  /** The last lines, oldest first. A file that has grown to twice their number is cut to them. */
  async read(): Promise<readonly string[]> {
    try {
      const all = (await readFile(this.#path, 'utf8')).split('\n').filter((text) => text !== '');
      const lines = all.slice(-keptLines).flatMap(readLine);
      if (all.length >= 2 * keptLines) this.#queue(() => replaceFile(this.#path, lines.map(written).join('')));
      return lines;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#fail(error);
      return [];
    }
  }

  /** Appends one line, after those before it. */
  append(line: string): void {
    this.#queue(async () => {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      const file = await open(this.#path, 'a+', 0o600);
      try {
        const found = await file.stat();
        // One that was there before may have been open to others.
        if (found.isFile()) await file.chmod(0o600);
        const start = found.isFile() && (await isTorn(file, found.size)) ? '\n' : '';
        await file.appendFile(start + written(line));
      } finally {
        await file.close();
      }
    });
  }

  /** Resolves when all that was appended is written, or has failed. */
  settled(): Promise<void> {
    return this.#writing;
  }

  #queue(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#tell(`${explainFile('history', this.#path, error)}; kept for this run only`);
  }
}
