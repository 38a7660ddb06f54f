import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { maxLineLength, maxLines } from '../../model/chat/prompt-history.ts';
import { codeOf } from '../../text/fault.ts';
import { explainFile, replaceFile } from './files.ts';

/**
 * Where the history is kept: $XDG_STATE_HOME/echoscope/history, by default under ~/.local/state. A relative path in the
 * variable counts as none (XDG Base Directory Specification 0.8).
 */
export const historyPath = (stateHome: string | undefined): string => {
  const isNamed = stateHome !== undefined && isAbsolute(stateHome);
  return join(isNamed ? stateHome : join(homedir(), '.local', 'state'), 'echoscope', 'history');
};

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

/**
 * The history of the prompt, in a file that only the owner can read. Several consoles may append to it at once. The first
 * error is reported; later ones are ignored, for nothing else depends on the file.
 */
export class HistoryFile {
  readonly #path: string;
  readonly #report: (problem: string) => void;
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #appended = 0;

  constructor(path: string, report: (problem: string) => void) {
    this.#path = path;
    this.#report = report;
  }

  /** The last lines, oldest first. A file with twice as many is cut to them, here and while lines are appended. */
  async read(): Promise<readonly string[]> {
    try {
      const { lines, isLong } = await this.#load();
      if (isLong) this.#queue(() => this.#replace(lines));
      return lines;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#fail(error);
      return [];
    }
  }

  /** Appends a line, behind those appended before. */
  append(line: string): void {
    this.#queue(async () => {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      const file = await open(this.#path, 'a+', 0o600);
      try {
        const found = await file.stat();
        // An existing file may be readable by others.
        if (found.isFile()) await file.chmod(0o600);
        const start = found.isFile() && (await isTorn(file, found.size)) ? '\n' : '';
        await file.appendFile(start + encodeLine(line));
      } finally {
        await file.close();
      }
      this.#appended += 1;
      if (this.#appended % maxLines > 0) return;
      const { lines, isLong } = await this.#load();
      if (isLong) await this.#replace(lines);
    });
  }

  /** Resolves when all lines are written, or have failed. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #load(): Promise<{ readonly lines: readonly string[]; readonly isLong: boolean }> {
    const file = await open(this.#path);
    try {
      const { size } = await file.stat();
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

  #replace(lines: readonly string[]): Promise<void> {
    return replaceFile(this.#path, lines.map(encodeLine).join(''));
  }

  #queue(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#report(`${explainFile('history', this.#path, error)}; kept for this run only`);
  }
}
