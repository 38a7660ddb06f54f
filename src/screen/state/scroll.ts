import type { Target } from '../keys/actions.ts';

/** An entry of one or several lines, such as a message. Keys ascend. */
interface Wrapped {
  readonly key: number;
}

/** Entries laid out in lines, `rows` of them visible. `wrap` gives the lines of an entry, at least one. */
export interface Page<Entry extends Wrapped, Line> {
  readonly entries: readonly Entry[];
  readonly rows: number;
  readonly wrap: (entry: Entry) => readonly Line[];
}

/** The line at the bottom of the view; it stays there while new ones arrive. Null follows the newest. */
export type Anchor = { readonly key: number; readonly line: number } | null;

interface Place {
  readonly index: number;
  readonly line: number;
}

const linesAt = <Entry extends Wrapped, Line>({ entries, wrap }: Page<Entry, Line>, index: number): readonly Line[] => {
  const entry = entries[index];
  return entry === undefined ? [] : wrap(entry);
};

const end = <Entry extends Wrapped, Line>(page: Page<Entry, Line>): Place => {
  const index = page.entries.length - 1;
  return { index, line: linesAt(page, index).length - 1 };
};

const isBefore = (a: Place, b: Place): boolean => a.index < b.index || (a.index === b.index && a.line < b.line);

/** `lines` up (negative: down), clamped to the text. */
const walk = <Entry extends Wrapped, Line>(page: Page<Entry, Line>, from: Place, lines: number): Place => {
  let { index, line } = from;
  line -= lines;
  while (line < 0 && index > 0) {
    index -= 1;
    line += linesAt(page, index).length;
  }
  while (index < page.entries.length - 1 && line >= linesAt(page, index).length) {
    line -= linesAt(page, index).length;
    index += 1;
  }
  return { index, line: Math.max(0, Math.min(line, linesAt(page, index).length - 1)) };
};

/** The bottom line of the oldest full page. */
const oldest = <Entry extends Wrapped, Line>(page: Page<Entry, Line>): Place =>
  walk(page, { index: 0, line: 0 }, 1 - page.rows);

const placeOf = <Entry extends Wrapped, Line>(page: Page<Entry, Line>, anchor: Anchor): Place => {
  if (anchor === null) return end(page);
  const index = page.entries.findLastIndex((entry) => entry.key <= anchor.key);
  const found = { index: Math.max(0, index), line: index < 0 ? 0 : anchor.line };
  const place = walk(page, { ...found, line: Math.min(found.line, linesAt(page, found.index).length - 1) }, 0);
  const first = oldest(page);
  return isBefore(place, first) ? first : place;
};

const anchorAt = <Entry extends Wrapped, Line>(page: Page<Entry, Line>, place: Place): Anchor => {
  const entry = page.entries[place.index];
  return entry === undefined || !isBefore(place, end(page)) ? null : { key: entry.key, line: place.line };
};

/** Distance to a target in lines or rows; infinite to either end. */
export const distanceTo = (to: Target, rows: number): number => {
  const page = Math.max(1, rows - 1);
  return { previous: -1, next: 1, pageUp: -page, pageDown: page, first: -Infinity, last: Infinity }[to];
};

/** The anchor after scrolling `lines` towards the oldest (negative: the newest). */
export const scrollBy = <Entry extends Wrapped, Line>(
  page: Page<Entry, Line>,
  anchor: Anchor,
  lines: number,
): Anchor => {
  if (page.entries.length === 0) return null;
  const place = walk(page, placeOf(page, anchor), lines);
  const first = oldest(page);
  return anchorAt(page, isBefore(place, first) ? first : place);
};

/** The anchor after a move. */
export const scrollTo = <Entry extends Wrapped, Line>(page: Page<Entry, Line>, anchor: Anchor, to: Target): Anchor => {
  if (page.entries.length === 0 || to === 'last') return null;
  if (to === 'first') return anchorAt(page, oldest(page));
  return scrollBy(page, anchor, -distanceTo(to, page.rows));
};

/** The visible lines. Only their entries are wrapped. */
export interface Visible<Line> {
  readonly lines: readonly Line[];
  /** Entries below the last visible line. */
  readonly newer: number;
}

export const visibleLines = <Entry extends Wrapped, Line>(page: Page<Entry, Line>, anchor: Anchor): Visible<Line> => {
  if (page.entries.length === 0) return { lines: [], newer: 0 };
  const bottom = placeOf(page, anchor);
  const lines: Line[] = [];
  for (let index = bottom.index; index >= 0 && lines.length < page.rows; index -= 1) {
    const all = linesAt(page, index);
    lines.unshift(...(index === bottom.index ? all.slice(0, bottom.line + 1) : all));
  }
  return { lines: lines.slice(-page.rows), newer: page.entries.length - 1 - bottom.index };
};
