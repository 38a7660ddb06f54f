import { memo } from 'react';
import type { Connection, Rate } from '../../model/snapshot.ts';
import { printable } from '../../text/printable.ts';
import { Frame, Remark } from '../frame.tsx';
import type { Rect } from '../layout.ts';
import { Row, type Span, span } from '../row.tsx';
import { counterLines } from './counter-lines.ts';

interface CountersProps {
  readonly rect: Rect;
  readonly focused: boolean;
  /** The one selected. */
  readonly connection: Connection | null;
  /** Its rates in each of the last 60 seconds, newest last. */
  readonly history: readonly Rate[];
}

/** Exact numbers of the selected connection. */
export const Counters = memo(({ rect, focused, connection, history }: CountersProps) => {
  if (connection === null) {
    return (
      <Frame rect={rect} title='Counters' focused={focused}>
        <Remark text='Counts the selected connection.' cells={rect.width - 2} />
      </Frame>
    );
  }
  const lines = counterLines(connection, history, rect.width - 4);
  return (
    <Frame rect={rect} title={`Counters #${connection.id}`} hint={printable(connection.peer)} focused={focused}>
      {spread(lines, rect.height - 2).map((spans, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the pane
        <Row key={place} spans={[span(' '), ...spans]} />
      ))}
    </Frame>
  );
});

/** The lines cut to `rows`, with a blank one between numbers and life where there is room. */
const spread = (lines: readonly (readonly Span[])[], rows: number): readonly (readonly Span[])[] =>
  lines.length < rows ? [...lines.slice(0, 2), [], ...lines.slice(2)] : lines.slice(0, rows);
