import { decodeBytes, encodeText, isByteUnit } from './utf8.ts';

/** Text that cannot be read as bytes. `position` counts characters from 1; the message is one line that names it. */
export class EscapeError extends Error {
  override readonly name = 'EscapeError';
  readonly position: number;

  constructor(text: string, index: number, problem: string) {
    const position = [...text.slice(0, index)].length + 1;
    super(`at ${position}: ${problem}`);
    this.position = position;
  }
}

/** One escape, or a backslash that begins none. A code point has at most six digits. */
const escapeForm = /\\(?:([nrt0\\])|x([0-9a-f]{2})|u\{([0-9a-f]{1,6})\})?/giu;

const named: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, '0': 0x00, '\\': 0x5c };

const isScalar = (codePoint: number): boolean => codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff);

const malformed = (text: string, index: number): EscapeError => {
  const letter = text[index + 1];
  if (letter === 'x') return new EscapeError(text, index, '\\x takes two hex digits, as \\x1B');
  if (letter === 'u') return new EscapeError(text, index, '\\u takes a code point in braces, as \\u{1F642}');
  return new EscapeError(text, index, 'no such escape; write \\\\ for a backslash, or \\n \\r \\t \\0 \\xHH \\u{…}');
};

/**
 * Typed text as bytes, by `encodeText`, with the escapes `\n`, `\r`, `\t`, `\0`, `\xHH` (any byte), `\u{HEX}` (a code
 * point as UTF-8) and `\\`. Begins at index `start`; positions count from the start of the text. Throws an EscapeError at
 * the first other escape.
 */
export function unescapeText(text: string, start = 0): Uint8Array {
  const bytes = new Uint8Array((text.length - start) * 3);
  let length = 0;
  let from = start;
  const put = (part: Uint8Array) => {
    bytes.set(part, length);
    length += part.length;
  };
  escapeForm.lastIndex = start;
  for (let found = escapeForm.exec(text); found !== null; found = escapeForm.exec(text)) {
    const { index } = found;
    const [whole, letter, byte, point] = found;
    if (from < index) put(encodeText(text.slice(from, index)));
    from = index + whole.length;
    const value = letter === undefined ? undefined : named[letter];
    const code = value ?? (byte === undefined ? undefined : Number.parseInt(byte, 16));
    if (code !== undefined) {
      bytes[length] = code;
      length += 1;
    } else if (point !== undefined && isScalar(Number.parseInt(point, 16)))
      put(encodeText(String.fromCodePoint(Number.parseInt(point, 16))));
    else throw malformed(text, index);
  }
  put(encodeText(text.slice(from)));
  return bytes.slice(0, length);
}

/** Not Buffer.concat: a short Buffer is a view of a pool of 8 KiB, all of which postMessage would copy. */
const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** The same for text that may not be UTF-8. */
export const unescapeBytes = (bytes: Uint8Array): Uint8Array => unescapeText(decodeBytes(bytes));

/** The line end put behind each message. */
export const eols = ['none', 'lf', 'crlf'] as const;
export type Eol = (typeof eols)[number];

const eolBytes = { none: [], lf: [0x0a], crlf: [0x0d, 0x0a] } as const;

/** A message with its line end. */
export const withEol = (bytes: Uint8Array, eol: Eol): Uint8Array => joined([bytes, Uint8Array.from(eolBytes[eol])]);

/** Text that `unescapeText` turns back into `text`. */
export const doubleBackslashes = (text: string): string => text.replaceAll('\\', '\\\\');

/** Backslashes, controls, format and ignorable characters, separators, unassigned code points, and invalid UTF-8. */
const hidden = '\\\\\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Cn}';

/** The same, marks without a letter of their own, and marks that would paint over the rows above (see printable). */
const invisible = new RegExp(`[${hidden}]|\\p{M}(?<=(?:\\p{M}{4}|(?:^|[${hidden}])\\p{M}{0,3})\\p{M})`, 'gu');

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

const hex = (value: number): string => value.toString(16).toUpperCase();

/**
 * Bytes as one line of text that is safe to print, with escapes for invisible characters. Each backslash begins an
 * escape, and `unescapeText` gives the same bytes back.
 */
export function escapeBytes(bytes: Uint8Array): string {
  return decodeBytes(bytes).replace(invisible, (char) => {
    const code = char.codePointAt(0) ?? 0;
    const isByte = isByteUnit(code);
    if (isByte || code < 0x80) return short[char] ?? `\\x${hex(isByte ? code - 0xdc00 : code).padStart(2, '0')}`;
    return `\\u{${hex(code)}}`;
  });
}

/** The same in ASCII. */
export const escapeBytesToAscii = (bytes: Uint8Array): string =>
  escapeBytes(bytes).replace(/[\u0080-\uffff]+/g, (text) =>
    Array.from(encodeText(text), (byte) => `\\x${hex(byte)}`).join(''),
  );
