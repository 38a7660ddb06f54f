import type { Client } from '../model/view.ts';
import { type Line, view } from '../text/line.ts';
import { fit } from '../text/width.ts';
import { palette } from './palette.ts';
import { Row, span } from './row.tsx';

const sign = '› ';

/** The part of the draft on view in a prompt of `cells` cells, and the cell of the cursor, the sign counted. */
export const promptView = (draft: Line, cells: number): { readonly text: string; readonly cursorCell: number } => {
  const { text, cursorCell } = view(draft, cells - sign.length);
  return { text, cursorCell: cursorCell + sign.length };
};

interface PromptProps {
  readonly draft: Line;
  readonly typing: boolean;
  readonly status: Client['status'];
  readonly cells: number;
}

/** Where a message is typed. The cursor in it is the terminal's own (see app.tsx): input methods compose there. */
export const Prompt = ({ draft, typing, status, cells }: PromptProps) => {
  const { text } = promptView(draft, cells);
  const room = cells - sign.length;
  return (
    <Row
      spans={[
        span(` ${sign}`, typing ? palette.title : palette.dim),
        draft.text === ''
          ? span(fit(placeholder(typing, status), room), palette.dim)
          : span(fit(text, room), typing ? palette.plain : palette.dim),
      ]}
    />
  );
};

const placeholder = (typing: boolean, status: Client['status']): string => {
  if (!typing) return 'i to type';
  return status === 'online' || status === 'connecting' ? 'type a message' : 'Ctrl-R connects';
};
