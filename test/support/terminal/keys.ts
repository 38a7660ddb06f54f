const fixed = {
  tab: '\t',
  'shift-tab': '\x1b[Z',
  enter: '\r',
  escape: '\x1b',
  space: ' ',
  backspace: '\x7f',
  delete: '\x1b[3~',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  'ctrl-left': '\x1b[1;5D',
  'ctrl-right': '\x1b[1;5C',
  'alt-left': '\x1b[1;3D',
  'alt-right': '\x1b[1;3C',
  'alt-backspace': '\x1b\x7f',
} as const;

const cursor = { up: 'A', down: 'B', right: 'C', left: 'D', home: 'H', end: 'F' } as const;

type Letter =
  | ('a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k' | 'l' | 'm')
  | ('n' | 'o' | 'p' | 'q' | 'r' | 's' | 't' | 'u' | 'v' | 'w' | 'x' | 'y' | 'z');

/** A key that is not a character. */
export type Key = keyof typeof fixed | keyof typeof cursor | `ctrl-${Letter}` | `alt-${Letter}`;

/** What xterm sends for a key; cursor keys depend on the mode DECCKM. */
export function keySequence(key: Key, applicationCursor: boolean): string {
  if (isKeyOf(fixed, key)) return fixed[key];
  if (isKeyOf(cursor, key)) return `\x1b${applicationCursor ? 'O' : '['}${cursor[key]}`;
  if (key.startsWith('alt-')) return `\x1b${key.slice('alt-'.length)}`;
  return String.fromCharCode(key.charCodeAt('ctrl-'.length) & 0x1f);
}

/** What xterm sends for a paste: line ends as the Enter key, and brackets only where the program asked for them. */
export function pasteSequence(text: string, bracketed: boolean): string {
  const lines = text.replace(/\r?\n/gu, '\r');
  return bracketed ? `\x1b[200~${lines}\x1b[201~` : lines;
}

/** The keystrokes of a text: one for each character as a person counts them. */
export function keystrokes(text: string): string[] {
  return Array.from(new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);
}

function isKeyOf<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key);
}
