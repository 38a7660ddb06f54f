import { Text } from 'ink';
import { commands } from '../../model/chat/prompt-commands.ts';
import { drawable } from '../../text/drawable.ts';
import { cellWidth, fit } from '../../text/width.ts';
import { Overlay } from '../frame.tsx';
import type { Mode } from '../keys/actions.ts';
import type { Group } from '../keys/binding.ts';
import { type Hint, hintsOf } from '../keys/hints.ts';
import { keymap } from '../keys/keymap.ts';
import { centred, type Rect } from '../layout.ts';

/** A line of the help: a heading, or keys and what they do. */
export type HelpLine =
  | { readonly type: 'heading'; readonly text: string }
  /** `cells`: of the column that `shown` stands in. */
  | { readonly type: 'hint'; readonly shown: string; readonly effect: string; readonly cells: number }
  | { readonly type: 'blank' };

const commandHints = commands.map(({ name, args, summary }) => ({ shown: `/${name} ${args}`.trim(), effect: summary }));

const widest = (hints: readonly Hint[]): number => Math.max(...hints.map(({ shown }) => cellWidth(shown)));
const keyCells = widest(keymap.flatMap(({ bindings }) => hintsOf(bindings)));

const block = (title: string, hints: readonly Hint[], cells: number): readonly HelpLine[] => [
  { type: 'heading', text: title },
  ...hints.map((hint) => ({ type: 'hint', ...hint, cells }) as const),
];

const keyLines = (groups: readonly Group[]): readonly HelpLine[] =>
  groups.flatMap(({ title, bindings }) => [...block(title, hintsOf(bindings), keyCells), { type: 'blank' }]);

/** All of the keymap, the keys of one mode first, and all of the commands. */
export const helpLines = (mode: Mode): readonly HelpLine[] => [
  ...keyLines(keymap.filter(({ modes }) => modes.includes(mode))),
  ...keyLines(keymap.filter(({ modes }) => !modes.includes(mode))),
  ...block('Commands, at the start of a message; Tab completes', commandHints, widest(commandHints)),
];

/** The line at which the commands of the prompt begin, and all lines: whichever keys stand first. */
export const commandsLine = keyLines(keymap).length;
export const helpLength = commandsLine + 1 + commandHints.length;

/** Borders and blanks around the two columns. */
const chromeCells = 8;
const cellsOf = (line: HelpLine): number => (line.type === 'hint' ? line.cells + cellWidth(line.effect) : 0);
const wanted = { cells: chromeCells + Math.max(...helpLines('input').map(cellsOf)), rows: helpLength + 2 } as const;
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
  /** Where one comes from. */
  readonly from: Mode;
  /** First line wished for. */
  readonly top: number;
}

/** Every key, above the panes: those first that work where one comes from. */
export const Help = ({ rect, from, ...props }: HelpProps) => {
  const all = helpLines(from);
  const cells = rect.width - 2;
  const rows = helpRows(rect);
  // A window that grew has fewer lines to scroll.
  const top = Math.max(0, Math.min(props.top, all.length - rows));
  const below = all.length - top - rows;
  const more = below > 0 ? ` ↓ ${below} more ` : top > 0 ? ' end ' : '';
  const lines = Array.from({ length: rows }, (_, row) => {
    const line = all[top + row] ?? { type: 'blank' };
    // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the window
    return <HelpText key={row} line={line} cells={cells} />;
  });
  return <Overlay rect={rect} title=' Keys ' foot={more} lines={lines} />;
};

const HelpText = ({ line, cells }: { readonly line: HelpLine; readonly cells: number }) => {
  if (line.type === 'blank') return ' '.repeat(cells);
  if (line.type === 'heading') return <Text bold>{drawable(fit(` ${line.text}`, cells))}</Text>;
  return drawable(fit(`   ${fit(line.shown, line.cells)}  ${line.effect}`, cells));
};
