import { ladderOf, type Rung } from '../model/ladder.ts';
import type { Connection, Rate } from '../model/snapshot.ts';
import { verdictOf } from '../model/verdict.ts';
import type { Detail } from '../model/watch.ts';
import { wrap } from '../text/width.ts';
import { counterLines } from './counter-lines.ts';
import type { DetailState } from './detail-state.ts';
import { ladderLines } from './ladder-lines.ts';
import type { Rect } from './layout.ts';
import { palette } from './palette.ts';
import { type Span, span } from './row.tsx';

/** Rungs of the ladder that the counters above it must leave room for. */
const leastRungs = 6;
/** Lines of counters: in, out, and while it is open its state; then the verdict says the rest. */
const openCounters = 3;
const closedCounters = 2;
/** A pane with fewer lines is low. */
const lowRows = 12;

/** How the life of a connection goes into its pane. */
export interface LadderPage {
  readonly cells: number;
  /** Lines of counters at the top. */
  readonly counters: number;
  /** The verdict below them, once there is one. */
  readonly verdict: readonly string[];
  readonly rungs: readonly Rung[];
  /** Lines that are left for the ladder. */
  readonly rows: number;
}

/** Shares out the lines of the pane. In a low one, who climbs the ladder has all of them for it. Pure. */
export const ladderPage = (
  connection: Connection,
  detail: Detail | null,
  { rung }: Pick<DetailState, 'rung'>,
  rect: Rect,
): LadderPage => {
  const cells = Math.max(1, rect.width - 4);
  const rows = Math.max(0, rect.height - 2);
  const life = detail?.id === connection.id ? detail.calls : null;
  const rungs = life === null ? [] : ladderOf(connection, life);
  if (rung !== null && rows < lowRows) return { cells, counters: 0, verdict: [], rungs, rows };
  const sentence = verdictOf(connection);
  const verdict = sentence === null ? [] : wrapSentence(sentence, cells).slice(0, rows);
  const spare = rows - verdict.length - Math.min(leastRungs, rungs.length);
  const counters = Math.max(0, Math.min(sentence === null ? openCounters : closedCounters, spare));
  return { cells, counters, verdict, rungs, rows: rows - verdict.length - counters };
};

/** A number and its unit stay on one line. */
const wrapSentence = (sentence: string, cells: number): readonly string[] =>
  wrap(sentence.replaceAll(/(?<=\d) (?=[kMGTP]?B|[mµn]?s)/gu, unbroken), cells).map((line) =>
    line.replaceAll(unbroken, ' '),
  );
const unbroken = '\u00a0';

/** The first rung on view; null where the ladder is whole, or shown in short. */
export const topRung = ({ rungs, rows }: LadderPage, rung: number | null): number | null =>
  rung === null || rungs.length <= rows ? null : Math.min(rung, rungs.length - rows);

/** The lines of the pane, from the rung on that is asked for. Pure. */
export const ladderPaneLines = (
  connection: Connection,
  history: readonly Rate[],
  page: LadderPage,
  rung: number | null,
): readonly (readonly Span[])[] => {
  const { cells, verdict, rungs, rows } = page;
  const ladder = rows === 0 ? [] : ladderLines(connection, rungs, cells, rows, topRung(page, rung));
  const above = [
    ...counterLines(connection, history, cells).slice(0, page.counters),
    ...verdict.map((text) => [span(text, palette.strong)]),
  ];
  const blank = above.length > 0 && ladder.length < rows ? [[]] : [];
  return [...above, ...blank, ...ladder];
};
