import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { cellWidth } from '../text/width.ts';
import { border, drawable } from './glyphs.ts';
import type { Rect } from './layout.ts';
import { overlay } from './palette.ts';

interface OverlayProps {
  readonly rect: Rect;
  /** In the upper edge, and in the lower one. */
  readonly title: string;
  readonly foot?: string;
  /** Lines of exactly `rect.width - 2` cells, `rect.height - 2` of them. */
  readonly lines: readonly ReactNode[];
}

/** A window above the panes, with a background of its own. */
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
