import { commands, isCommand, specOf } from './prompt-commands.ts';

/** A draft after Tab, and its possible continuations. */
export interface Completion {
  readonly text: string;
  /** Whole words, with their slash, that begin as typed. */
  readonly candidates: readonly string[];
}

const commonStart = (words: readonly string[]): string => {
  const [first = '', ...others] = words;
  let length = first.length;
  for (const word of others) while (!word.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
};

/** Completes the name of a command, or an argument that is one of a few words. Null for a draft that is no command. */
export const complete = (text: string): Completion | null => {
  if (!isCommand(text)) return null;
  if (!/\s/.test(text)) {
    const fitting = commands.filter(({ name }) => name.startsWith(text.slice(1)));
    const [only] = fitting;
    const candidates = fitting.map(({ name }) => `/${name}`);
    if (only === undefined) return { text, candidates };
    if (fitting.length > 1) return { text: commonStart(candidates), candidates };
    return { text: `/${only.name}${only.args === '' ? '' : ' '}`, candidates };
  }
  const spec = specOf(text);
  const [, before = '', word = ''] = /^(\S+\s+)(\S*)$/.exec(text) ?? [];
  const candidates = before === '' ? [] : (spec?.choices ?? []).filter((choice) => choice.startsWith(word));
  return { text: candidates.length === 0 ? text : before + commonStart(candidates), candidates };
};

/** One line about a draft that is a command: its candidates, or its usage. Empty for any other draft. */
export const suggestion = (text: string): string => {
  const found = complete(text);
  if (found === null) return '';
  const spec = specOf(text);
  if (spec !== undefined && (found.candidates.length <= 1 || /\s/.test(text)))
    return `/${spec.name}${spec.args === '' ? '' : ` ${spec.args}`}  ${spec.summary}`;
  return found.candidates.length === 0 ? 'no such command; /help lists them' : found.candidates.join(' ');
};
