/** The locale, in the order of POSIX: the first variable that is set and not empty. */
const locale = [process.env.LC_ALL, process.env.LC_CTYPE, process.env.LANG].find((value) => value) ?? null;

/**
 * Whether the terminal reads UTF-8: yes, unless the locale names another encoding. Containers, services and programs
 * started by a desktop have no locale, and every terminal of the last decade reads UTF-8.
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

/** Lines in ASCII: our own marks by those of the table, any other character as `?`. */
export const asciiLines = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII stays as it is
  text.replace(/[^\x00-\x7f]/gu, (letter) => asciiMarks.get(letter) ?? '?');

/**
 * Lines for the terminal. One that does not read UTF-8 would take each byte for a character, and some for a control: `Û`
 * is C3 9B, and 9B is CSI in Latin-1 (ECMA-48, 5.3).
 */
export const terminalLines = (text: string): string => (isUnicode ? text : asciiLines(text));
