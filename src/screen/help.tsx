import { Box, Text } from 'ink';
import { cellWidth, fit } from '../text/width.ts';
import { border, drawable } from './glyphs.ts';
import { hintsOf } from './hints.ts';
import { keymap } from './keymap.ts';
import { centred, type Rect } from './layout.ts';
import { overlay } from './palette.ts';

/** A line of the help: a heading, or keys and what they do. */
export type HelpLine =
  | { readonly type: 'heading'; readonly text: string }
  | { readonly type: 'hint'; readonly shown: string; readonly effect: string }
  | { readonly type: 'blank' };

/** All of the keymap, in its order. */
export const helpLines: readonly HelpLine[] = keymap.flatMap(({ title, bindings }, place): readonly HelpLine[] => [
  ...(place === 0 ? [] : [{ type: 'blank' } as const]),
  { type: 'heading', text: title },
  ...hintsOf(bindings).map((hint) => ({ type: 'hint', ...hint }) as const),
]);

const keyCells = Math.max(...helpLines.map((line) => (line.type === 'hint' ? cellWidth(line.shown) : 0)));
const wanted = { cells: 46, rows: helpLines.length + 2 } as const;
const margin = 2;
/** In a window narrower than this, what would show beside the help is no use. */
const narrow = 60;

/** Where the help lies in a window of `columns` by `rows`: never on the footer. */
export const helpRect = (columns: number, rows: number): Rect =>
  columns < narrow
    ? { left: 0, top: 0, width: columns, height: rows - 1 }
    : centred(columns, rows, wanted.cells, Math.min(wanted.rows, rows - margin));

/** Lines of it that are on view. */
export const helpRows = (rect: Rect): number => Math.max(1, rect.height - 2);

interface HelpProps {
  readonly rect: Rect;
  /** First line wished for. */
  readonly top: number;
}

/** Every key, above the panes. */
export const Help = ({ rect, ...props }: HelpProps) => {
  const cells = rect.width - 2;
  const rows = helpRows(rect);
  // A window that grew has fewer lines to scroll.
  const top = Math.max(0, Math.min(props.top, helpLines.length - rows));
  const below = helpLines.length - top - rows;
  const title = ' Keys ';
  const more = below > 0 ? ` ↓ ${below} more ` : top > 0 ? ' end ' : '';
  const edge = (left: string, text: string, right: string) =>
    `${left}${border.top}${drawable(text)}${border.top.repeat(Math.max(0, cells - 1 - cellWidth(text)))}${right}`;
  return (
    <Box
      position='absolute'
      left={rect.left}
      top={rect.top}
      width={rect.width}
      height={rect.height}
      flexDirection='column'
      overflow='hidden'
      {...overlay.box}
    >
      <Text {...overlay.text}>{edge(border.topLeft, title, border.topRight)}</Text>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the window
        <Text key={row} {...overlay.text}>
          {border.left}
          <HelpText line={helpLines[top + row] ?? { type: 'blank' }} cells={cells} />
          {border.right}
        </Text>
      ))}
      <Text {...overlay.text}>{edge(border.bottomLeft, more, border.bottomRight)}</Text>
    </Box>
  );
};

const HelpText = ({ line, cells }: { readonly line: HelpLine; readonly cells: number }) => {
  if (line.type === 'blank') return ' '.repeat(cells);
  if (line.type === 'heading') return <Text bold>{drawable(fit(` ${line.text}`, cells))}</Text>;
  return drawable(fit(`   ${fit(line.shown, keyCells)}  ${line.effect}`, cells));
};
