/** Entries kept; older ones go. */
export const keptLines = 1000;
/** UTF-16 units of the longest line that is kept: a pasted book is sent, but not remembered. */
export const keptLineLength = 4096;

/** What was typed before, oldest first, and where in it the prompt stands. */
export interface History {
  readonly lines: readonly string[];
  /** Index of the line that is shown; null at the newest end, where the draft is. */
  readonly place: number | null;
  /** The unfinished line that comes back at the newest end. */
  readonly draft: string;
}

export const historyOf = (lines: readonly string[]): History => ({ lines, place: null, draft: '' });

/** Whether a line is worth keeping: not empty, not too long, and not what was entered last. */
export const isWorthKeeping = ({ lines }: History, line: string): boolean =>
  line !== '' && line.length <= keptLineLength && line !== lines.at(-1);

/** The history once a line was entered: at its newest end again. */
export const remember = (history: History, line: string): History =>
  historyOf(isWorthKeeping(history, line) ? [...history.lines.slice(1 - keptLines), line] : history.lines);

/** One line up (-1) or down (1) from what is shown now; null where there is none. */
export const recall = (
  history: History,
  by: -1 | 1,
  shown: string,
): { readonly history: History; readonly text: string } | null => {
  const { lines, place } = history;
  const next = (place ?? lines.length) + by;
  const line = lines[next];
  if (line !== undefined)
    return { history: { lines, place: next, draft: place === null ? shown : history.draft }, text: line };
  return next === lines.length && place !== null ? { history: historyOf(lines), text: history.draft } : null;
};
