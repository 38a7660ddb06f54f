import { Text } from 'ink';
import { drawable } from './glyphs.ts';
import { palette, type Style } from './palette.ts';

/** A piece of a line in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

export const span = (text: string, style: Style = palette.plain): Span => ({ text, style });

interface RowProps {
  /** Cut and padded already: a row never wraps. */
  readonly spans: readonly Span[];
  /** Under the styles of the spans. */
  readonly style?: Style;
}

/** One line of a pane as one Text: a Box for each cell costs twice the time. */
export const Row = ({ spans, style = palette.plain }: RowProps) => (
  <Text wrap='truncate' {...style}>
    {spans.map((part, place) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place in the line
      <Text key={place} {...part.style}>
        {drawable(part.text)}
      </Text>
    ))}
  </Text>
);
