/**
 * Reads what a program wrote to its terminal, and knows nothing but what ours has reason to write. Whatever else is in
 * it came through from outside: it need not be harmful to be wrong.
 */

/** One thing in the stream that has no business there, and what stands around it. */
export interface Breach {
  readonly found: string;
  readonly around: string;
}

/** Bold, dim, inverse, and their ends; the default colours; the colours of the palette, as 256 colours have them. */
const styles = new Set([
  ...['1', '2', '7', '22', '27', '39', '49'],
  ...['38;5;29', '38;5;63', '38;5;131', '38;5;163', '38;5;243', '38;5;255', '48;5;236'],
]);

/** The modes: cursor, alternate screen, bracketed paste, synchronized update. */
const modes = new Set(['25', '1049', '2004', '2026']);

/** A move by less than any screen is large, in rows or columns: A to H without C, D and F. */
const move = /^\d{1,3}[ABEG]$|^1;1H$/;

/** Erases to the end of the line, or of the screen below. */
const erase = new Set(['K', 'J', 'E']);

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
const token = /\x1b\[([\d;:<=>?]*[ -/]*[@-~])|\x1b\]52;c;[\w+/]*={0,2}\x07|\r\n|./gsu;

/** What no text may hold: controls, format and invisible characters, what is not assigned, what was no UTF-8. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}\ufffd]/u;

const isOurs = (sequence: string): boolean => {
  if (sequence.endsWith('m')) return styles.has(sequence.slice(0, -1));
  if (/^\?\d+[hl]$/.test(sequence)) return modes.has(sequence.slice(1, -1));
  return erase.has(sequence) || move.test(sequence);
};

export interface Expectation {
  /** How many times the clipboard was asked to be written. */
  readonly copies?: number;
  /** The locale is no UTF-8: nothing but ASCII is right. */
  readonly ascii?: boolean;
}

/** Everything in the stream that is not ours. Empty where all is well. */
export const breachesOf = (raw: string, { copies = 0, ascii = false }: Expectation = {}): readonly Breach[] => {
  const breaches: Breach[] = [];
  let left = copies;
  const add = (index: number, found: string) =>
    breaches.push({
      found: JSON.stringify(found),
      around: JSON.stringify(raw.slice(Math.max(0, index - 40), index + 40)),
    });
  for (const { 0: found, 1: sequence, index } of raw.matchAll(token)) {
    if (found === '\r\n') continue;
    // Behind a virama, where the letters of a conjunct are kept apart, and nowhere else.
    if (found === '\u200c' && /\p{M}$/u.test(raw.slice(Math.max(0, index - 2), index))) continue;
    if (sequence !== undefined) {
      if (!isOurs(sequence)) add(index, found);
    } else if (found.startsWith('\x1b]')) {
      left -= 1;
      if (left < 0) add(index, found);
    } else if (hidden.test(found) || (ascii && found > '\x7e')) add(index, found);
  }
  for (const flood of raw.matchAll(/\p{M}{5,}/gu)) add(flood.index, flood[0]);
  return breaches;
};

/** The modes that were switched on and not off again, and a cursor that stays hidden. */
export const leftOn = (raw: string): readonly string[] => {
  const on = new Map([...modes].map((mode) => [mode, mode === '25']));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
  for (const [, mode = '', end] of raw.matchAll(/\x1b\[\?(\d+)([hl])/g)) on.set(mode, end === 'h');
  return [...on].flatMap(([mode, isOn]) => (isOn === (mode === '25') ? [] : [mode]));
};
