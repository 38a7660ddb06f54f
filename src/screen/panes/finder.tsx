import { Text } from 'ink';
import { drawable } from '../../text/drawable.ts';
import { cellWidth, fit, wrap } from '../../text/width.ts';
import { Overlay } from '../frame.tsx';
import { glyphs } from '../glyphs.ts';
import type { Mode } from '../keys/actions.ts';
import { commandEntries, entriesOf, found } from '../keys/entries.ts';
import { type Hint, hintsOf } from '../keys/hints.ts';
import { keymap } from '../keys/keymap.ts';
import { centred, type Rect } from '../layout.ts';
import type { FinderState } from '../state/finder.ts';
import { visibleTop } from '../state/navigation.ts';
import { queryView } from './prompt.tsx';

/** A line of the help or the palette: a heading, or keys and what they do. */
export interface FinderLine {
  readonly text: string;
  readonly isHeading: boolean;
}

const blank: FinderLine = { text: '', isHeading: false };

/** Cells of the keys, and of a column: with its keys, a sentence, and blanks. */
const keyCells = Math.max(...keymap.flatMap(({ bindings }) => hintsOf(bindings).map(({ shown }) => cellWidth(shown))));
const commandCells = Math.max(...commandEntries.map(({ shown }) => cellWidth(shown)));
const columnCells = 82;
/** Two borders, and a blank before each of two columns. */
const chromeCells = 2;

const hintLines = ({ shown, says }: Hint, keys: number, cells: number): readonly FinderLine[] =>
  wrap(says, Math.max(10, cells - keys - 5)).map((text, line) => ({
    text: `  ${fit(line === 0 ? shown : '', keys)}  ${text}`,
    isHeading: false,
  }));

interface Block {
  readonly title: string;
  readonly hints: readonly Hint[];
  readonly keys: number;
}

/**
 * What works in `mode`, then the rest, then the commands of the prompt, which come first there; of all that, what is
 * looked for.
 */
const blocksOf = (mode: Mode, query: string): readonly Block[] => {
  const isHere = ({ modes }: { readonly modes: readonly Mode[] }) => modes.includes(mode);
  const groups = [...keymap.filter(isHere), ...keymap.filter((group) => !isHere(group))];
  const keys = groups.map(({ title, bindings }) => ({ title, hints: hintsOf(bindings), keys: keyCells }));
  const blocks = [...(mode === 'input' ? [commandBlock, ...keys] : [...keys, commandBlock]), markBlock];
  const hits = new Set(
    found(
      query,
      blocks.flatMap(({ hints }) => hints),
    ),
  );
  return blocks
    .map((block) => ({ ...block, hints: block.hints.filter((hint) => hits.has(hint)) }))
    .filter(({ hints }) => hints.length > 0);
};

const commandBlock: Block = {
  title: 'Commands, at the start of a message; Tab completes',
  hints: commandEntries,
  keys: commandCells,
};

const markBlock: Block = {
  title: 'Marks',
  hints: [
    [glyphs.toServer, 'From the client to the server.'],
    [glyphs.toClient, 'From the server to the client.'],
    ['≠', 'Not what was sent, from this byte on.'],
    ['⋮', 'Left out.'],
    ['\\\\', 'A backslash; \\n and the like are escapes.'],
  ].map(([shown = '', says = '']) => ({ shown, effect: 'mark', says })),
  keys: keyCells,
};

/** The help in one column of `cells` cells, blank lines between its blocks. Pure. */
export const helpLines = (mode: Mode, query: string, cells: number): readonly (readonly FinderLine[])[] =>
  blocksOf(mode, query).map(({ title, hints, keys }) => [
    { text: ` ${title}`, isHeading: true },
    ...hints.flatMap((hint) => hintLines(hint, keys, cells)),
    blank,
  ]);

/** One column, or two where there is room: the blocks are parted where both are about as long. */
const columnsOf = (blocks: readonly (readonly FinderLine[])[], isWide: boolean): readonly (readonly FinderLine[])[] => {
  if (!isWide) return [blocks.flat()];
  const half = blocks.flat().length / 2;
  let length = 0;
  const left = blocks.filter((block) => {
    const isLeft = length + block.length / 2 <= half;
    length += block.length;
    return isLeft;
  });
  return [left.flat(), blocks.slice(left.length).flat()];
};

/** Where the overlay goes, and what it shows; pure. */
export interface FinderPage {
  readonly rect: Rect;
  /** Lines of each column. */
  readonly columns: readonly (readonly FinderLine[])[];
  /** Lines in all, and visible ones. */
  readonly lines: number;
  readonly rows: number;
}

/** A narrower window would show nothing useful beside the overlay. */
const narrow = 60;
const margin = 2;
/** The line that is typed, and one below it. */
const queryRows = 2;

/** Lays the open finder out in a window of `columns` by `rows`. It never covers the footer. */
export const finderPage = (
  { finder, query }: FinderState,
  under: Mode,
  failed: boolean,
  columns: number,
  rows: number,
): FinderPage => {
  const isWide = finder === 'help' && columns >= 2 * columnCells + chromeCells;
  const width = Math.min(columns, columns < narrow ? columns : (isWide ? 2 : 1) * columnCells + chromeCells);
  const cells = Math.floor((width - chromeCells) / (isWide ? 2 : 1));
  const blocks =
    finder === 'help' ? helpLines(under, query.text, cells) : [paletteLines(under, query.text, failed, cells)];
  const shown = columnsOf(blocks, isWide);
  const lines = Math.max(1, ...shown.map(({ length }) => length));
  // As high as all of it: it does not shrink while one types.
  const height = Math.min(rows - 1, columns < narrow ? rows - 1 : rows - margin);
  const rect = centred(columns, columns < narrow ? rows - 1 : rows, width, height);
  return { rect, columns: shown, lines, rows: Math.max(1, height - 2 - queryRows) };
};

/** One line for each entry, so that the chosen one can be counted: what it does, and its key at the right. */
const paletteLines = (under: Mode, query: string, failed: boolean, cells: number): readonly FinderLine[] =>
  entriesOf(under, query, failed).map(({ shown, says }) => ({
    text: `  ${fit(says, Math.max(1, cells - cellWidth(shown) - 5))}  ${shown} `,
    isHeading: false,
  }));

const labelOf = (finder: FinderState['finder']): string => (finder === 'help' ? 'find: ' : ': ');
const placeholders = { help: 'type what you look for', palette: 'type what you want to do' } as const;

/** The place of the terminal's cursor. */
export const finderCursor = ({ finder, query }: FinderState, { rect }: FinderPage) => {
  const { cursorCell } = queryView(labelOf(finder), query, rect.width - 4);
  return { x: rect.left + 2 + cursorCell, y: rect.top + 1 };
};

interface FinderProps {
  readonly state: FinderState;
  readonly page: FinderPage;
}

/** The help, or the palette: an overlay with a line in which one types what is looked for. */
export const FinderOverlay = ({ state, page }: FinderProps) => {
  const { finder, query } = state;
  const { rect, columns, lines, rows } = page;
  const cells = rect.width - 2;
  const at = Math.min(state.at, Math.max(0, lines - 1));
  // A window that grew has fewer lines to scroll.
  const top = finder === 'help' ? Math.max(0, Math.min(state.at, lines - rows)) : visibleTop(lines, at, 0, rows);
  const below = lines - top - rows;
  const foot = below > 0 ? ` ↓ ${below} more ` : top > 0 ? ' end ' : '';
  const label = labelOf(finder);
  const typed = query.text === '' ? placeholders[finder] : queryView(label, query, cells - 2).text;
  const column = Math.floor(cells / columns.length);
  const isEmpty = columns.every(({ length }) => length === 0);
  const body = Array.from({ length: rows }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the window
    <Text key={row}>
      {columns.map((entries, place) => {
        const line = entries[top + row] ?? (isEmpty && row === 0 ? { ...blank, text: '  Nothing has that.' } : blank);
        const isChosen = finder === 'palette' && top + row === at && !isEmpty;
        const width = place === columns.length - 1 ? cells - column * place : column;
        const text = fit(isChosen ? `▸${line.text.slice(1)}` : line.text, width);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place in the line
          <Text key={place} bold={line.isHeading || isChosen} inverse={isChosen}>
            {drawable(text)}
          </Text>
        );
      })}
    </Text>
  ));
  return (
    <Overlay
      rect={rect}
      title={finder === 'help' ? ' Help ' : ' Do '}
      foot={foot}
      lines={[
        <Text key='query'>{drawable(fit(` ${label}${typed}`, cells))}</Text>,
        <Text key='rule'>{' '.repeat(cells)}</Text>,
        ...body,
      ]}
    />
  );
};
