import { open, rm } from 'node:fs/promises';
import { transcriptText } from '../model/minutes.ts';
import type { Entry } from '../model/transcript.ts';
import { exact } from '../text/format.ts';
import { printable } from '../text/printable.ts';
import { codeOf, expandHome, explainFile } from './file-fault.ts';
import { replaceFile } from './replacing.ts';

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
