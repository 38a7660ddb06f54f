import type { Client } from '../../model/view.ts';
import { type Line, visiblePart } from '../../text/line.ts';
import { printable } from '../../text/printable.ts';
import { cellWidth, fit } from '../../text/width.ts';
import { clientCells, type Pane, type Rect } from '../layout.ts';
import { palette } from '../palette.ts';
import { Row, span } from '../row.tsx';
import { type LineInput, lineInputRows, problemOf } from '../state/list-view.ts';
import { modesOf, type Prompt as PromptState, signOf } from '../state/prompt-state.ts';
import { modeOf, type State } from '../state/state.ts';

const labelOf = (input: LineInput): string => {
  if (input.type === 'filter') return '/';
  return `${['send to', input.id === null ? 'all' : `#${input.id}`, ...modesOf(input.prompt)].join(' ')}: `;
};

const lineOf = (input: LineInput): Line => (input.type === 'filter' ? input.line : input.prompt.draft);

const placeholderOf = (input: LineInput): string =>
  input.type === 'filter'
    ? 'text, udp, state:close_wait, in:>1MB, age:>30s, !term'
    : input.prompt.hex
      ? hexPlaceholder
      : 'a message, or /eol, /hex; Esc leaves';

const hexPlaceholder = 'type bytes as 48 65 6c, or /hex';

/** The visible part of a line behind its label, and the cell of the cursor, in `cells` cells in all. */
const lineView = (label: string, line: Line, cells: number): { readonly text: string; readonly cursorCell: number } => {
  const { text, cursorCell } = visiblePart(line, Math.max(1, cells - cellWidth(label)));
  return { text, cursorCell: cursorCell + cellWidth(label) };
};

interface LineInputRowsProps {
  readonly input: LineInput;
  /** Between the borders. */
  readonly cells: number;
}

/** The line of a filter or of bytes for a connection, and its problem below it. */
export const LineInputRows = ({ input, cells }: LineInputRowsProps) => {
  const label = labelOf(input);
  const { text } = lineView(label, lineOf(input), cells - 2);
  const problem = problemOf(input);
  const room = cells - 1 - cellWidth(label);
  return (
    <>
      <Row
        spans={[
          span(` ${label}`, palette.title),
          lineOf(input).text === '' ? span(fit(placeholderOf(input), room), palette.dim) : span(fit(text, room)),
        ]}
      />
      {problem !== null && <Row spans={[span(fit(` ! ${printable(problem)}`, cells), palette.warn)]} />}
    </>
  );
};

interface PromptProps {
  readonly prompt: PromptState;
  readonly typing: boolean;
  readonly status: Client['status'];
  /** What our own server holds of what was sent; null: nothing. */
  readonly holding: string | null;
  /** Why nothing can be sent; null: it can. */
  readonly refusal: string | null;
  readonly cells: number;
}

/** The draft of a message. Its cursor is the terminal's (see app.tsx): input methods compose there. */
export const Prompt = ({ prompt, typing, status, holding, refusal, cells }: PromptProps) => {
  const sign = signOf(prompt);
  const { text } = lineView(sign, prompt.draft, cells);
  const room = cells - cellWidth(sign);
  return (
    <Row
      spans={[
        span(` ${sign}`, typing ? palette.title : palette.dim),
        prompt.draft.text === ''
          ? span(fit(placeholder(prompt, typing, status, holding, refusal), room), palette.dim)
          : span(fit(text, room), typing ? palette.plain : palette.dim),
      ]}
    />
  );
};

const placeholder = (
  { hex }: PromptState,
  typing: boolean,
  status: Client['status'],
  holding: string | null,
  refusal: string | null,
): string => {
  if (refusal !== null) return printable(refusal);
  if (holding !== null) return `the server is ${holding}`;
  if (!typing) return 'i to type';
  if (status === 'finished') return 'half-closed: Ctrl-R connects anew';
  if (status === 'ended' || status === 'offline') return 'Enter connects; a message goes out then';
  return hex ? hexPlaceholder : 'type a message, or / for commands';
};

/** Where the open line of a filter or of bytes is drawn: below the list, or below the payload where that is on view. */
export const linePane = (panes: Readonly<Record<Pane, Rect | null>>, input: LineInput | null): Pane | null =>
  input === null ? null : input.type === 'write' && panes.payload !== null ? 'payload' : 'connections';

/** The place of the terminal's cursor in the window; undefined while no line is open. */
export const cursorOf = (panes: Readonly<Record<Pane, Rect | null>>, state: State) => {
  const { listView, prompt } = state;
  const { input } = listView;
  const mode = modeOf(state);
  const pane = mode === 'input' ? 'client' : mode === 'filter' || mode === 'write' ? linePane(panes, input) : null;
  const rect = pane === null ? null : panes[pane];
  if (rect === null) return undefined;
  const bottom = rect.top + rect.height - 2;
  const { cursorCell } =
    input === null
      ? lineView(signOf(prompt), prompt.draft, clientCells(rect))
      : lineView(labelOf(input), lineOf(input), rect.width - 4);
  return { x: rect.left + 2 + cursorCell, y: input === null ? bottom : bottom + 1 - lineInputRows(listView) };
};

/** The line of an overlay, and the cell of its cursor. */
export const queryView = (label: string, query: Line, cells: number) => lineView(label, query, cells);
