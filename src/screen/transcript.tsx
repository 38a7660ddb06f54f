import { Box } from 'ink';
import { cellWidth, fit } from '../text/width.ts';
import { palette, type Style } from './palette.ts';
import { Row, span } from './row.tsx';
import type { TranscriptLine } from './wrapped.ts';

interface TranscriptProps {
  /** The lines on view, oldest first. */
  readonly lines: readonly TranscriptLine[];
  /** Cells of a line. */
  readonly cells: number;
  /** Rows to fill: fewer lines stand at the bottom, next to the prompt. */
  readonly rows: number;
}

const styles: Readonly<Record<TranscriptLine['kind'], { readonly mark: Style; readonly body: Style }>> = {
  sent: { mark: palette.accent, body: palette.plain },
  received: { mark: palette.good, body: palette.plain },
  info: { mark: palette.dim, body: palette.dim },
  error: { mark: palette.bad, body: palette.bad },
};

/** The chat: time, direction, message, and the round trip at the right. */
export const Transcript = ({ lines, cells, rows }: TranscriptProps) => (
  <>
    <Box height={rows - lines.length} flexShrink={0} />
    {lines.map(({ key, kind, time, mark, body, odd, tail }) => {
      const bodyCells = cells - cellWidth(time) - cellWidth(mark) - 2 - cellWidth(tail);
      const fitted = fit(body, bodyCells);
      return (
        <Row
          key={key}
          spans={[
            span(` ${time} `, palette.dim),
            span(`${mark} `, styles[kind].mark),
            span(fitted.slice(0, odd), styles[kind].body),
            span(fitted.slice(odd), odd < body.length ? palette.bad : styles[kind].body),
            span(tail, tail.startsWith('≠') ? palette.bad : palette.dim),
          ]}
        />
      );
    })}
  </>
);
