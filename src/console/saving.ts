import { open } from 'node:fs/promises';
import { minutesOf } from '../model/minutes.ts';
import type { Entry } from '../model/transcript.ts';
import { exact } from '../text/format.ts';
import { printable } from '../text/printable.ts';
import { codeOf, expandHome, explainFile } from './file-fault.ts';

/** What became of a /save, as a line of the chat. */
interface Saved {
  readonly text: string;
  readonly tone: 'info' | 'error';
}

/** Writes the chat to a file that only its owner can read. One that exists stays unless `overwrite` says otherwise. */
export const save = async (path: string, overwrite: boolean, entries: readonly Entry[]): Promise<Saved> => {
  const place = expandHome(path);
  try {
    const file = await open(place, overwrite ? 'w' : 'wx', 0o600);
    try {
      // One that was there before may have been open to others.
      if ((await file.stat()).isFile()) await file.chmod(0o600);
      await file.writeFile(minutesOf(entries));
    } finally {
      await file.close();
    }
  } catch (error) {
    const advice = codeOf(error) === 'EEXIST' ? '; /save! overwrites it' : '';
    return { text: explainFile('/save', place, error) + advice, tone: 'error' };
  }
  return { text: printable(`/save ${place}: ${exact(entries.length)} entries`), tone: 'info' };
};
