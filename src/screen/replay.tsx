import { Box, Text } from 'ink';
import { cellWidth, fit, wrap } from '../text/width.ts';
import type { Replaying } from './finding.ts';
import { border, drawable } from './glyphs.ts';
import { centred, type Rect } from './layout.ts';
import { overlay } from './palette.ts';

const toolCells = 5;
const indent = 2 + toolCells + 2;
const mostCells = 92;

interface ReplayLine {
  readonly text: string;
  readonly isStrong: boolean;
}

/** The overlay's lines in `cells` cells between its borders. Pure. */
const replayLines = ({ replays, at, copied }: Replaying, cells: number): readonly ReplayLine[] => [
  ...replays.flatMap(({ tool, command, remark }, place): readonly ReplayLine[] => {
    const isStrong = place === at;
    const mark = isStrong ? '▸' : ' ';
    const [first = '', ...rest] = wrap(command, cells - indent - 1);
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

interface ReplayProps {
  readonly replaying: Replaying;
  readonly columns: number;
  readonly rows: number;
}

/** Above the panes: ready commands that play a peer again. */
export const Replay = ({ replaying, columns, rows }: ReplayProps) => {
  const cells = Math.min(mostCells, columns) - 2;
  const lines = replayLines(replaying, cells);
  const rect = above(columns, rows, cells, lines.length);
  const shown = lines.slice(0, rect.height - 2);
  const title = ` Play #${replaying.id} again `;
  const edge = (left: string, text: string, right: string) =>
    `${left}${border.top}${text}${border.top.repeat(Math.max(0, cells - 1 - cellWidth(text)))}${right}`;
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
      {shown.map(({ text, isStrong }, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the window
        <Text key={row} {...overlay.text}>
          {border.left}
          <Text bold={isStrong}>{drawable(fit(` ${text}`, cells))}</Text>
          {border.right}
        </Text>
      ))}
      <Text {...overlay.text}>{edge(border.bottomLeft, '', border.bottomRight)}</Text>
    </Box>
  );
};

/** In the middle, and never on the footer. */
const above = (columns: number, rows: number, cells: number, lines: number): Rect =>
  centred(columns, rows - 1, cells + 2, lines + 2);
