import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { drawable } from '../text/drawable.ts';
import { cellWidth, fit } from '../text/width.ts';
import { border } from './glyphs.ts';
import type { Rect } from './layout.ts';
import { overlay, palette, type Style } from './palette.ts';
import { Row, span } from './row.tsx';

interface OverlayProps {
  readonly rect: Rect;
  /** In the upper edge, and in the lower one. */
  readonly title: string;
  readonly foot?: string;
  /** Lines of exactly `rect.width - 2` cells, `rect.height - 2` of them. */
  readonly lines: readonly ReactNode[];
}

/** A window above the panes. Its background covers them. */
export const Overlay = ({ rect, title, foot = '', lines }: OverlayProps) => {
  const edge = (left: string, text: string, right: string) => {
    const rest = Math.max(0, rect.width - 3 - cellWidth(text));
    return `${left}${border.top}${drawable(text)}${border.top.repeat(rest)}${right}`;
  };
  return (
    <Box
      position='absolute'
      left={rect.left}
      top={rect.top}
      width={rect.width}
      height={rect.height}
      flexDirection='column'
      overflowY='hidden'
      {...overlay.box}
    >
      <Text {...overlay.text}>{edge(border.topLeft, title, border.topRight)}</Text>
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the window
        <Text key={row} {...overlay.text}>
          {border.left}
          {line}
          {border.right}
        </Text>
      ))}
      <Text {...overlay.text}>{edge(border.bottomLeft, foot, border.bottomRight)}</Text>
    </Box>
  );
};

interface FrameProps {
  readonly rect: Rect;
  readonly title: string;
  /** The names of the panes that share its place, its own (null) among them: they are shown as tabs. */
  readonly tabs?: readonly (string | null)[];
  /** At the right of the top border: the first one for which there is room. */
  readonly hint?: string | readonly string[];
  readonly hintStyle?: Style;
  readonly focused: boolean;
  /** Rows of at most `rect.width - 2` cells. */
  readonly children: ReactNode;
}

/**
 * A pane's border, with its title in the top edge, and the tabs of its place beside it. `┤ ├` around the title marks the
 * focus without any colour.
 */
export const Frame = (props: FrameProps) => {
  const { rect, title, tabs = [null], hint = '', hintStyle = palette.dim, focused, children } = props;
  const edge = focused ? palette.accent : palette.dim;
  const room = rect.width - 6;
  const name = cellWidth(title) > room ? fit(title, room) : title;
  const cellsOf = (labels: readonly (string | null)[]) =>
    labels.reduce((sum, label) => sum + cellWidth(label ?? name) + 4, 0) - 4;
  const labels = cellsOf(tabs) <= room ? tabs : [null];
  const rest = room - cellsOf(labels);
  const hints = typeof hint === 'string' ? [hint] : hint;
  const fitting = hints.find((each) => each !== '' && cellWidth(each) + 4 <= rest);
  const note = fitting === undefined ? '' : ` ${fitting} `;
  return (
    <Box
      position='absolute'
      left={rect.left}
      top={rect.top}
      width={rect.width}
      height={rect.height}
      flexDirection='column'
      overflowY='hidden'
    >
      <Box height={1} flexShrink={0}>
        <Row
          spans={[
            span('╭', edge),
            ...labels.flatMap((label) =>
              label === null
                ? [
                    span(focused ? '┤ ' : '─ ', edge),
                    span(name, focused ? palette.title : palette.plain),
                    span(focused ? ' ├' : ' ─', edge),
                  ]
                : [span('─ ', edge), span(label, palette.dim), span(' ─', edge)],
            ),
            span('─'.repeat(rest - cellWidth(note) - (note === '' ? 0 : 1)), edge),
            span(note, hintStyle),
            span(note === '' ? '╮' : '─╮', edge),
          ]}
        />
      </Box>
      <Box
        flexDirection='column'
        flexShrink={0}
        height={rect.height - 1}
        width={rect.width}
        borderStyle={border}
        borderTop={false}
        {...borderOf(edge)}
        overflowY='hidden'
      >
        {children}
      </Box>
    </Box>
  );
};

const borderOf = ({ color, dimColor }: Style) => ({
  ...(color === undefined ? {} : { borderColor: color }),
  ...(dimColor === undefined ? {} : { borderDimColor: dimColor }),
});

/** A dim line inside a frame, cut to its width. */
export const Remark = ({ text, cells }: { readonly text: string; readonly cells: number }) => (
  <Text {...palette.dim} wrap='truncate'>
    {drawable(fit(` ${text}`, cells))}
  </Text>
);
