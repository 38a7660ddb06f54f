/** A part of a filter between blanks, as it is written. */
export interface Token {
  /** As it was typed. */
  readonly text: string;
  readonly isNegated: boolean;
  /** The word before the first colon, in lower case; null without one. */
  readonly field: string | null;
  readonly value: Value;
}

/** What is compared. `quoted` is without its quotes, and `\"` in it is a quote; `open` lacks its closing mark. */
export type Value =
  | { readonly kind: 'word' | 'quoted'; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
  | { readonly kind: 'open'; readonly mark: '"' | '/' };

const quoted = String.raw`"(?<quoted>(?:\\.|[^"\\])*)"`;
// A slash in brackets is one of its characters, as in JavaScript.
const regex = String.raw`/(?<source>(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+)/(?<flags>[a-z]*)`;
const form = new RegExp(
  String.raw`(?<bangs>!*)(?<name>(?:[a-z]+:)?)(?:${quoted}|${regex}|(?<word>\S*))(?=\s|$)`,
  'isy',
);

/** Splits a filter at its blanks, but for those in quotes and in a regular expression. Never throws. */
export const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  for (let at = blanksAt(text, 0); at < text.length; ) {
    form.lastIndex = at;
    const [whole = '', ...groups] = form.exec(text) ?? [];
    const [bangs = '', name = '', ...rest] = groups;
    tokens.push({
      text: whole,
      isNegated: bangs.length % 2 === 1,
      field: name === '' ? null : name.slice(0, -1).toLowerCase(),
      value: readValue(rest),
    });
    at = blanksAt(text, at + Math.max(1, whole.length));
  }
  return tokens;
};

const readValue = ([inQuotes, source, flags = '', word = '']: readonly (string | undefined)[]): Value => {
  if (inQuotes !== undefined)
    return { kind: 'quoted', text: inQuotes.replaceAll(/\\(.)/gs, (pair, char) => (char === '"' ? '"' : pair)) };
  if (source !== undefined) return { kind: 'regex', source, flags };
  const mark = word[0];
  return mark === '"' || mark === '/' ? { kind: 'open', mark } : { kind: 'word', text: word };
};

const blanksAt = (text: string, from: number): number => {
  const length = text.slice(from).search(/\S/);
  return length === -1 ? text.length : from + length;
};
