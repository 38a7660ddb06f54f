import { view } from '../text/line.ts';
import { printable } from '../text/printable.ts';
import { fit } from '../text/width.ts';
import type { LineInput } from './finding.ts';
import { palette } from './palette.ts';
import { Row, span } from './row.tsx';

const labelOf = (input: LineInput): string => {
  if (input.type === 'filter') return '/';
  return input.id === null ? 'send to all: ' : `send to #${input.id}: `;
};

const placeholderOf = (input: LineInput): string =>
  input.type === 'filter'
    ? 'text, udp, state:close_wait, in:>1MB, age:>30s, !term'
    : 'its bytes, nothing added; \\n, \\x00 and \\u{1F642} as in a message';

/** The part of the line on view in `cells` cells, and the cell of the cursor, the label counted. */
export const lineInputView = (
  input: LineInput,
  cells: number,
): { readonly label: string; readonly text: string; readonly cursorCell: number } => {
  const label = labelOf(input);
  const { text, cursorCell } = view(input.line, Math.max(1, cells - label.length));
  return { label, text, cursorCell: cursorCell + label.length };
};

interface AskingLinesProps {
  readonly input: LineInput;
  /** Between the borders. */
  readonly cells: number;
}

/** Where a filter or a message to a connection is typed; below it, what is wrong with it. */
export const LineInputRows = ({ input, cells }: AskingLinesProps) => {
  const { label, text } = lineInputView(input, cells - 2);
  const room = cells - 1 - label.length;
  return (
    <>
      <Row
        spans={[
          span(` ${label}`, palette.title),
          input.line.text === '' ? span(fit(placeholderOf(input), room), palette.dim) : span(fit(text, room)),
        ]}
      />
      {input.problem !== null && <Row spans={[span(fit(` ! ${printable(input.problem)}`, cells), palette.warn)]} />}
    </>
  );
};
