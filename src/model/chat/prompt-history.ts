/** Lines kept; older ones are dropped. */
export const maxLines = 1000;
/** UTF-16 units of the longest line kept: longer ones are sent, but not stored. */
export const maxLineLength = 4096;

/** The lines entered before, oldest first, and which of them the prompt shows. */
export interface History {
  readonly lines: readonly string[];
  /** Index of the line shown; null for the draft, behind the newest line. */
  readonly index: number | null;
  /** The unfinished line behind the newest one. */
  readonly draft: string;
}

export const historyOf = (lines: readonly string[]): History => ({ lines, index: null, draft: '' });

/** The history with lines of earlier runs before its own. They come when the file is read; meanwhile lines may have been entered. */
export const withEarlier = ({ lines, index, draft }: History, earlier: readonly string[]): History => {
  const all = [...earlier, ...lines].slice(-maxLines);
  return { lines: all, index: index === null ? null : index + all.length - lines.length, draft };
};

/** Whether a line is to be kept: not empty, not too long, and not the same as the last one. */
export const isWorthKeeping = ({ lines }: History, line: string): boolean =>
  line !== '' && line.length <= maxLineLength && line !== lines.at(-1);

/** The history after a line was entered. */
export const remember = (history: History, line: string): History =>
  historyOf(isWorthKeeping(history, line) ? [...history.lines.slice(1 - maxLines), line] : history.lines);

/** One line up (-1) or down (1) from the line shown; null where there is none. */
export const recall = (
  history: History,
  by: -1 | 1,
  shown: string,
): { readonly history: History; readonly text: string } | null => {
  const { lines, index } = history;
  const next = (index ?? lines.length) + by;
  const line = lines[next];
  if (line !== undefined)
    return { history: { lines, index: next, draft: index === null ? shown : history.draft }, text: line };
  return next === lines.length && index !== null ? { history: historyOf(lines), text: history.draft } : null;
};
