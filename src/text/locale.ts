/** What POSIX asks, in its order: the first that is set and not empty decides. */
const locale = [process.env.LC_ALL, process.env.LC_CTYPE, process.env.LANG].find((value) => value) ?? null;

/**
 * Whether the terminal reads UTF-8. Where no locale is set, it is trusted to: containers, services and programs that a
 * desktop starts set none, and every terminal of the last decade does. A locale that names another encoding is believed.
 */
export const isUnicode = locale === null || /utf-?8/i.test(locale);

/** ASCII for the characters beyond it that our own lines contain. The screen has its own for some (screen/glyphs.ts). */
export const asciiMarks: ReadonlyMap<string, string> = new Map([
  ['—', '-'],
  ['…', '...'],
  ['µ', 'u'],
  ['×', 'x'],
  ['·', '-'],
]);

/** Lines of ASCII for any lines: marks of our own by others, whatever else is beyond it as `?`. */
export const asciiLines = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII stays as it is
  text.replace(/[^\x00-\x7f]/gu, (letter) => asciiMarks.get(letter) ?? '?');

/**
 * Lines as a terminal is given them. One that reads no UTF-8 would take each byte for a character of its own, and some
 * for a control: `Û` is C3 9B, and 9B is CSI where the terminal reads Latin-1 (ECMA-48, 5.3).
 */
export const terminalLines = (text: string): string => (isUnicode ? text : asciiLines(text));
