import type { Client } from '../model/view.ts';
import { view } from '../text/line.ts';
import { cellWidth, fit } from '../text/width.ts';
import { palette } from './palette.ts';
import { type Prompt as PromptState, signOf } from './prompt-state.ts';
import { Row, span } from './row.tsx';

/** The part of the draft on view in a prompt of `cells` cells, and the cell of the cursor, the sign counted. */
export const promptView = (
  prompt: PromptState,
  cells: number,
): { readonly sign: string; readonly text: string; readonly cursorCell: number } => {
  const sign = signOf(prompt);
  const { text, cursorCell } = view(prompt.draft, cells - cellWidth(sign));
  return { sign, text, cursorCell: cursorCell + cellWidth(sign) };
};

interface PromptProps {
  readonly prompt: PromptState;
  readonly typing: boolean;
  readonly status: Client['status'];
  readonly cells: number;
}

/** Where a message is typed. The cursor in it is the terminal's own (see app.tsx): input methods compose there. */
export const Prompt = ({ prompt, typing, status, cells }: PromptProps) => {
  const { sign, text } = promptView(prompt, cells);
  const room = cells - cellWidth(sign);
  return (
    <Row
      spans={[
        span(` ${sign}`, typing ? palette.title : palette.dim),
        prompt.draft.text === ''
          ? span(fit(placeholder(prompt, typing, status), room), palette.dim)
          : span(fit(text, room), typing ? palette.plain : palette.dim),
      ]}
    />
  );
};

const placeholder = ({ hex }: PromptState, typing: boolean, status: Client['status']): string => {
  if (!typing) return 'i to type';
  if (status === 'finished' || status === 'ended' || status === 'offline') return 'Ctrl-R connects';
  return hex ? 'type bytes as 48 65 6c, or /hex' : 'type a message, or / for commands';
};
