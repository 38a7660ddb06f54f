import { Text } from 'ink';
import { drawable } from '../text/drawable.ts';
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

/** Joins neighbours in one style: Ink measures, styles and cuts each piece alone. */
const joined = (spans: readonly Span[]): readonly Span[] => {
  const pieces: Span[] = [];
  for (const { text, style } of spans) {
    const before = pieces.at(-1);
    if (before?.style === style) pieces[pieces.length - 1] = { text: before.text + text, style };
    else if (text !== '') pieces.push({ text, style });
  }
  return pieces;
};

/** One line of a pane as one Text: a Box for each cell costs twice the time. */
export const Row = ({ spans, style = palette.plain }: RowProps) => {
  const [first, ...others] = joined(spans);
  if (first === undefined) return <Text />;
  if (others.length === 0)
    return (
      <Text wrap='truncate' {...style} {...first.style}>
        {drawable(first.text)}
      </Text>
    );
  return (
    <Text wrap='truncate' {...style}>
      {[first, ...others].map((part, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place in the line
        <Text key={place} {...part.style}>
          {drawable(part.text)}
        </Text>
      ))}
    </Text>
  );
};
