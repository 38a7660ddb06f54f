import { Text } from 'ink';
import { commands } from '../../model/chat/prompt-commands.ts';
import { drawable } from '../../text/drawable.ts';
import { cellWidth, fit } from '../../text/width.ts';
import { Overlay } from '../frame.tsx';
import { glyphs } from '../glyphs.ts';
import type { Mode } from '../keys/actions.ts';
import { type Hint, hintsOf } from '../keys/hints.ts';
import { type Group, keymap } from '../keys/keymap.ts';
import { centred, type Rect } from '../layout.ts';

/** A line of the help: a heading, or keys and their effect. */
export type HelpLine =
  | { readonly type: 'heading'; readonly text: string }
  /** `cells` is the width of the column of `shown`. */
  | { readonly type: 'hint'; readonly shown: string; readonly effect: string; readonly cells: number }
  | { readonly type: 'blank' };

const commandHints = commands.map(({ name, args, summary }) => ({ shown: `/${name} ${args}`.trim(), effect: summary }));

const marks: readonly Hint[] = [
  { shown: glyphs.toServer, effect: 'from the client to the server' },
  { shown: glyphs.toClient, effect: 'from the server to the client' },
  { shown: '≠', effect: 'not what was sent, from this byte on' },
  { shown: '⋮', effect: 'left out' },
  { shown: '\\\\', effect: 'a backslash; \\n and the like are escapes' },
];

const widest = (hints: readonly Hint[]): number => Math.max(...hints.map(({ shown }) => cellWidth(shown)));
const keyCells = widest(keymap.flatMap(({ bindings }) => hintsOf(bindings)));

const block = (title: string, hints: readonly Hint[], cells: number): readonly HelpLine[] => [
  { type: 'heading', text: title },
  ...hints.map((hint) => ({ type: 'hint', ...hint, cells }) as const),
];

const keyLines = (groups: readonly Group[]): readonly HelpLine[] =>
  groups.flatMap(({ title, bindings }) => [...block(title, hintsOf(bindings), keyCells), { type: 'blank' }]);

/** The whole keymap, the keys of `mode` first, and all commands of the prompt. */
export const helpLines = (mode: Mode): readonly HelpLine[] => [
  ...keyLines(keymap.filter(({ modes }) => modes.includes(mode))),
  ...keyLines(keymap.filter(({ modes }) => !modes.includes(mode))),
  ...block('Commands, at the start of a message; Tab completes', commandHints, widest(commandHints)),
  { type: 'blank' },
  ...block('Marks', marks, keyCells),
];

/** The line at which the commands begin, and the number of lines. The order of the keys does not change them. */
export const commandsLine = keyLines(keymap).length;
export const helpLength = commandsLine + 1 + commandHints.length + 2 + marks.length;

/** Borders and blanks around the two columns. */
const chromeCells = 8;
const cellsOf = (line: HelpLine): number => (line.type === 'hint' ? line.cells + cellWidth(line.effect) : 0);
const wanted = { cells: chromeCells + Math.max(...helpLines('input').map(cellsOf)), rows: helpLength + 2 } as const;
const margin = 2;
/** A narrower window would show nothing useful beside the help. */
const narrow = 60;

/** The help in a window of `columns` by `rows`. It never covers the footer. */
export const helpRect = (columns: number, rows: number): Rect =>
  columns < narrow
    ? { left: 0, top: 0, width: columns, height: rows - 1 }
    : centred(columns, rows, wanted.cells, Math.min(wanted.rows, rows - margin));

/** Visible lines of the help. */
export const helpRows = (rect: Rect): number => Math.max(1, rect.height - 2);

interface HelpProps {
  readonly rect: Rect;
  /** The mode below the help. */
  readonly from: Mode;
  /** First visible line, clamped to the help. */
  readonly top: number;
}

/** The help: an overlay with every key and command. */
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
