import { Text } from 'ink';
import { drawable } from '../../text/drawable.ts';
import { exact } from '../../text/format.ts';
import { fit, wrap } from '../../text/width.ts';
import { Overlay } from '../frame.tsx';
import { centred } from '../layout.ts';
import type { ReplayMenu } from '../state/list-view.ts';

const toolCells = 9;
const indent = 2 + toolCells + 2;
const maxCells = 92;
/** Lines of a command on view: all of it is on the clipboard. */
const maxLines = 3;

interface ReplayLine {
  readonly text: string;
  readonly isStrong: boolean;
}

/** The overlay's lines in `cells` cells between its borders. Pure. */
const replayLines = ({ replays, at, copied }: ReplayMenu, cells: number): readonly ReplayLine[] => [
  ...replays.flatMap(({ tool, command, remark }, place): readonly ReplayLine[] => {
    const isStrong = place === at;
    const mark = isStrong ? '▸' : ' ';
    const [first = '', ...rest] = shortened(wrap(command, cells - indent - 1), command.length);
    return [
      { text: `${mark} ${tool.padEnd(toolCells)}  ${first}`, isStrong },
      ...rest.map((text) => ({ text: ' '.repeat(indent) + text, isStrong })),
      ...(remark === null
        ? []
        : wrap(remark, cells - indent - 1).map((text) => ({ text: ' '.repeat(indent) + text, isStrong: false }))),
    ];
  }),
  { text: '', isStrong: false },
  ...wrap(
    `${replays[copied]?.tool ?? ''} is on the clipboard, where the terminal allows that (OSC 52); else select it here.`,
    cells - 3,
  ).map((text) => ({ text: `  ${text}`, isStrong: false })),
];

const shortened = (lines: readonly string[], characters: number): readonly string[] =>
  lines.length <= maxLines ? lines : [...lines.slice(0, maxLines - 1), `… ${exact(characters)} characters in all`];

interface ReplayProps {
  readonly replayMenu: ReplayMenu;
  readonly columns: number;
  readonly rows: number;
}

/** An overlay with commands that replay what a peer sent. */
export const Replay = ({ replayMenu, columns, rows }: ReplayProps) => {
  const cells = Math.min(maxCells, columns) - 2;
  const lines = replayLines(replayMenu, cells);
  // It never covers the footer.
  const rect = centred(columns, rows - 1, cells + 2, lines.length + 2);
  const shown = lines.slice(0, rect.height - 2);
  return (
    <Overlay
      rect={rect}
      title={` Play #${replayMenu.id} again `}
      lines={shown.map(({ text, isStrong }) => (
        <Text key={text} bold={isStrong}>
          {drawable(fit(` ${text}`, cells))}
        </Text>
      ))}
    />
  );
};
