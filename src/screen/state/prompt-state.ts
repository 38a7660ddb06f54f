import { complete, type Eol, isCommand, specOf, suggestion } from '../../model/chat/prompt-commands.ts';
import { type History, historyOf, recall } from '../../model/chat/prompt-history.ts';
import { doubleBackslashes } from '../../text/escapes.ts';
import { exact } from '../../text/format.ts';
import { type Edit, edit, emptyLine, type Line, maxLineLength } from '../../text/line.ts';

/** The prompt: the draft, and all that it remembers beside it. */
export interface Prompt {
  readonly draft: Line;
  /** What is typed are hex digits. */
  readonly hex: boolean;
  /** Goes behind each message. */
  readonly eol: Eol;
  readonly history: History;
  /** What was deleted last with Ctrl-W, Ctrl-U or Ctrl-K. */
  readonly killed: string;
  /** The bytes sent last, line end included; null before there are any. */
  readonly last: Uint8Array | null;
  /** What is to be said of the draft until the next key. */
  readonly remark: Remark | null;
}

export interface Remark {
  readonly text: string;
  readonly tone: 'info' | 'error';
}

/** The prompt at the start, with what was typed in earlier runs, oldest first. */
export const initialPrompt = (lines: readonly string[]): Prompt => ({
  draft: emptyLine,
  hex: false,
  eol: 'none',
  history: historyOf(lines),
  killed: '',
  last: null,
  remark: null,
});

/** What an insertion that does not fit is answered with. */
const tooLong: Remark = {
  text: `that is more than a line holds, ${exact(maxLineLength)} characters: /send sends a file`,
  tone: 'error',
};

const lineOf = (text: string): Line => ({ text, cursor: text.length });

/** What was typed. */
const insert = (prompt: Prompt, text: string): Prompt => {
  const draft = edit(prompt.draft, { type: 'insert', text });
  return { ...prompt, draft, remark: draft === prompt.draft && text !== '' ? tooLong : prompt.remark };
};

/**
 * What was pasted. It is a message, whatever is in it: its backslashes are doubled and so is a slash at its start, so
 * that the draft, in which escapes count, stands for the very bytes of the paste. Behind the name of a command, and
 * among hex digits, it goes in as it is.
 */
export const pasteText = (prompt: Prompt, text: string): Prompt => {
  const { text: before, cursor } = prompt.draft;
  const isMessage = cursor === 0 || !isCommand(before) || specOf(before)?.takesMessage === true;
  if (prompt.hex || !isMessage) return insert(prompt, text);
  const slash = cursor === 0 && text.startsWith('/') ? '/' : '';
  return insert(prompt, slash + doubleBackslashes(text));
};

const hint: Remark = { text: '/eof half-closes, Ctrl-C quits', tone: 'info' };

/** The prompt after an edit. What is killed can be put back with `yank`. */
export const editPrompt = (prompt: Prompt, action: Edit): Prompt => {
  const { draft } = prompt;
  if (action.type === 'insert') return insert(prompt, action.text);
  // Who presses Ctrl-D here wants to end something, as in a shell.
  if (draft.text === '' && action.type === 'delete') return { ...prompt, remark: hint };
  const after = edit(draft, action);
  const length = draft.text.length - after.text.length;
  switch (action.type) {
    case 'killWord':
    case 'killToStart':
      if (length === 0) return prompt;
      return { ...prompt, draft: after, killed: draft.text.slice(draft.cursor - length, draft.cursor) };
    case 'killToEnd':
      if (length === 0) return prompt;
      return { ...prompt, draft: after, killed: draft.text.slice(draft.cursor) };
    default:
      return { ...prompt, draft: after };
  }
};

/** Puts back what was killed last. */
export const yank = (prompt: Prompt): Prompt => insert(prompt, prompt.killed);

/** An older line (-1) or a newer one (1); the draft itself at the newest end. */
export const recallLine = (prompt: Prompt, by: -1 | 1): Prompt => {
  const found = recall(prompt.history, by, prompt.draft.text);
  return found === null ? prompt : { ...prompt, history: found.history, draft: lineOf(found.text) };
};

/** Completes a command; null for any other draft. */
export const completeLine = (prompt: Prompt): Prompt | null => {
  const found = complete(prompt.draft.text);
  return found === null ? null : { ...prompt, draft: lineOf(found.text) };
};

/** What is to be said below the prompt; null: nothing. */
export const remarkOf = ({ remark, draft }: Prompt): Remark | null => {
  if (remark !== null) return remark;
  const text = suggestion(draft.text);
  return text === '' ? null : { text, tone: 'info' };
};

/** What stands before the draft: the modes that change what is sent, and the sign. */
export const signOf = ({ hex, eol }: Prompt): string => `${hex ? 'hex ' : ''}${eol === 'none' ? '' : `${eol} `}› `;
