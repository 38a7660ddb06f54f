import { complete, isCommand, specOf, suggestion } from '../../model/chat/prompt-commands.ts';
import { type History, historyOf, recall } from '../../model/chat/prompt-history.ts';
import { doubleBackslashes, type Eol } from '../../text/escapes.ts';
import { exact } from '../../text/format.ts';
import { type Edit, edit, emptyLine, type Line, maxLineLength } from '../../text/line.ts';

/** The draft, and the state of the prompt around it. */
export interface Prompt {
  readonly draft: Line;
  /** The draft is hex digits. */
  readonly hex: boolean;
  /** Appended to each message. */
  readonly eol: Eol;
  readonly history: History;
  /** The text deleted last by Ctrl-W, Ctrl-U or Ctrl-K. */
  readonly killed: string;
  /** The bytes sent last, line end included; null before. */
  readonly last: Uint8Array | null;
  /**
   * The draft goes out once there is a connection: the attempts to connect that had failed when Enter was pressed, since one
   * more ends the waiting. Null where it does not wait.
   */
  readonly waitsSince: number | null;
  /** Shown in the footer until the next key. */
  readonly remark: Remark | null;
}

export interface Remark {
  readonly text: string;
  readonly tone: 'info' | 'error';
}

/** The prompt at the start. */
export const initialPrompt: Prompt = {
  draft: emptyLine,
  hex: false,
  eol: 'none',
  history: historyOf([]),
  killed: '',
  last: null,
  waitsSince: null,
  remark: null,
};

const tooLong: Remark = {
  text: `that is more than a line holds, ${exact(maxLineLength)} characters: /send sends a file`,
  tone: 'error',
};

const lineOf = (text: string): Line => ({ text, cursor: text.length });

const insert = (prompt: Prompt, text: string): Prompt => {
  const draft = edit(prompt.draft, { type: 'insert', text });
  return { ...prompt, draft, remark: draft === prompt.draft && text !== '' ? tooLong : prompt.remark };
};

/**
 * Inserts a paste. Escapes count in a draft: backslashes of the paste are doubled, and so is a slash at its start, so
 * that its own bytes are sent. Behind the name of a command, and among hex digits, it goes in unchanged.
 */
export const pasteText = (prompt: Prompt, text: string): Prompt => {
  const { text: before, cursor } = prompt.draft;
  const isMessage = cursor === 0 || !isCommand(before) || specOf(before)?.takesMessage === true;
  if (prompt.hex || !isMessage || text.length > maxLineLength) return insert(prompt, text);
  const slash = cursor === 0 && text.startsWith('/') ? '/' : '';
  return insert(prompt, slash + doubleBackslashes(text));
};

const hint: Remark = { text: '/eof half-closes, Ctrl-C quits', tone: 'info' };

/** Edits the draft. `yank` puts back what a kill deletes. */
export const editPrompt = (prompt: Prompt, action: Edit): Prompt => {
  const { draft } = prompt;
  if (action.type === 'insert') return insert(prompt, action.text);
  // Ctrl-D on an empty line ends something in a shell.
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

/** Puts back the text deleted last. */
export const yank = (prompt: Prompt): Prompt => insert(prompt, prompt.killed);

/** Puts a text in place of the draft, which Ctrl-Y brings back. */
export const placeDraft = (prompt: Prompt, text: string): Prompt => ({
  ...prompt,
  draft: lineOf(text),
  killed: prompt.draft.text === '' ? prompt.killed : prompt.draft.text,
});

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

/** The footer's text while a draft is typed; null shows the keys. */
export const remarkOf = (prompt: Prompt): Remark | null => prompt.remark ?? suggestionOf(prompt);

/** About a draft that is a command; null for any other. */
export const suggestionOf = ({ draft }: Prompt): Remark | null => {
  const text = suggestion(draft.text);
  return text === '' ? null : { text, tone: 'info' };
};

/** The sign before the draft, with the modes that change what is sent. */
export const signOf = (prompt: Prompt): string => [...modesOf(prompt), '› '].join(' ');

/** What changes the bytes that a draft stands for. */
export const modesOf = ({ hex, eol }: Prompt): readonly string[] => [
  ...(hex ? ['hex'] : []),
  ...(eol === 'none' ? [] : [eol]),
];
