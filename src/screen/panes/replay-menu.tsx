import { Text } from 'ink';
import { drawable } from '../../text/drawable.ts';
import { exact } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { fit, wrap } from '../../text/width.ts';
import { Overlay } from '../frame.tsx';
import { centred } from '../layout.ts';
import type { ReplayMenu } from '../state/list-view.ts';

const toolCells = 10;
const indent = 2 + toolCells + 2;
const maxCells = 92;
/** Lines of a command on view: all of it is on the clipboard. */
const maxLines = 3;

interface ReplayLine {
  readonly text: string;
  readonly isStrong: boolean;
}

/** The overlay's lines in `cells` cells between its borders. Pure. */
const replayLines = (menu: ReplayMenu, cells: number): readonly ReplayLine[] => [
  ...menu.replays.flatMap(({ tool, command, remark }, place): readonly ReplayLine[] => {
    const isStrong = place === menu.at;
    const mark = isStrong ? '▸' : ' ';
    const [first = '', ...rest] = shortened(command ?? '', cells - indent - 1, menu.of === 'payload' ? 1 : maxLines);
    return [
      { text: `${mark} ${tool.padEnd(toolCells)}  ${first}`, isStrong },
      ...rest.map((text) => ({ text: ' '.repeat(indent) + text, isStrong })),
      // Of neighbours with the same remark the last one has it.
      ...(remark === null || remark === menu.replays[place + 1]?.remark
        ? []
        : wrap(remark, cells - indent - 1).map((text) => ({ text: ' '.repeat(indent) + text, isStrong: false }))),
    ];
  }),
  { text: '', isStrong: false },
  ...wrap(clipboardWords(menu), cells - 3).map((text) => ({ text: `  ${text}`, isStrong: false })),
];

const shortened = (text: string, cells: number, most: number): readonly string[] => {
  // All of a long text need not be laid out to know its first lines.
  const lines = wrap(printable(text.slice(0, cells * (most + 1))), cells);
  if (lines.length <= most) return lines;
  if (most === 1) return [fit(`${lines[0]}…`, cells)];
  return [...lines.slice(0, most - 1), `… ${exact(text.length)} characters in all`];
};

const clipboardWords = ({ replays, copied, of }: ReplayMenu): string => {
  if (copied === null) return 'Enter copies to the clipboard, where the terminal allows that (OSC 52).';
  const name = replays[copied]?.tool ?? '';
  const otherwise = of === 'replay' ? 'select it here' : '/save-bytes writes a file';
  return `${name} is on the clipboard, where the terminal allows that (OSC 52); else ${otherwise}.`;
};

interface ReplayProps {
  readonly replayMenu: ReplayMenu;
  readonly columns: number;
  readonly rows: number;
}

/** An overlay with texts to copy. */
export const Replay = ({ replayMenu, columns, rows }: ReplayProps) => {
  const cells = Math.min(maxCells, columns) - 2;
  const lines = replayLines(replayMenu, cells);
  // It never covers the footer.
  const rect = centred(columns, rows - 1, cells + 2, lines.length + 2);
  // The chosen one stays on view.
  const room = rect.height - 2;
  const chosen = lines.findLastIndex(({ isStrong }) => isStrong);
  const top = Math.max(0, chosen + 2 - room);
  const shown = lines.slice(top, top + room);
  return (
    <Overlay
      rect={rect}
      title={replayMenu.of === 'replay' ? ` Play #${replayMenu.id} again ` : ` Copy payload of #${replayMenu.id} `}
      lines={shown.map(({ text, isStrong }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the menu
        <Text key={place} bold={isStrong}>
          {drawable(fit(` ${text}`, cells))}
        </Text>
      ))}
    />
  );
};
