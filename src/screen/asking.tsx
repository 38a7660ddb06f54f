import { view } from '../text/line.ts';
import { printable } from '../text/printable.ts';
import { fit } from '../text/width.ts';
import type { Asking } from './finding.ts';
import { palette } from './palette.ts';
import { Row, span } from './row.tsx';

const labelOf = (asking: Asking): string => {
  if (asking.type === 'filter') return '/';
  return asking.id === null ? 'send to all: ' : `send to #${asking.id}: `;
};

const placeholderOf = (asking: Asking): string =>
  asking.type === 'filter'
    ? 'text, udp, state:close_wait, in:>1MB, age:>30s, !term'
    : 'its bytes, nothing added; \\n, \\x00 and \\u{1F642} as in a message';

/** The part of the line on view in `cells` cells, and the cell of the cursor, the label counted. */
export const askingView = (
  asking: Asking,
  cells: number,
): { readonly label: string; readonly text: string; readonly cursorCell: number } => {
  const label = labelOf(asking);
  const { text, cursorCell } = view(asking.line, Math.max(1, cells - label.length));
  return { label, text, cursorCell: cursorCell + label.length };
};

interface AskingLinesProps {
  readonly asking: Asking;
  /** Between the borders. */
  readonly cells: number;
}

/** Where a filter or a message to a connection is typed; below it, what is wrong with it. */
export const AskingLines = ({ asking, cells }: AskingLinesProps) => {
  const { label, text } = askingView(asking, cells - 2);
  const room = cells - 1 - label.length;
  return (
    <>
      <Row
        spans={[
          span(` ${label}`, palette.title),
          asking.line.text === '' ? span(fit(placeholderOf(asking), room), palette.dim) : span(fit(text, room)),
        ]}
      />
      {asking.problem !== null && <Row spans={[span(fit(` ! ${printable(asking.problem)}`, cells), palette.warn)]} />}
    </>
  );
};
