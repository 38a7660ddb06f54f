import { homedir } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { printable } from '../text/printable.ts';

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
