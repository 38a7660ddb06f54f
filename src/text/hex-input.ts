import { EscapeError } from './escapes.ts';

/** Bytes that a dump may stand for: rows that it leaves out (`*`) can be any number. */
const maxDumpBytes = 4 << 20;

/** A row of a dump: where it begins in the text, its offset as it is written, and the digits of its bytes. */
interface Row {
  readonly index: number;
  readonly offset: string;
  readonly digits: string;
}

/** `00000010: 4865 6c6c 6f  Hello` of xxd; `0x0010:  4865 6c6c  Hell` of tcpdump -x. */
const grouped = /^\s*(?:0x)?([\da-f]{4,}): {1,2}((?:[\da-f]{2})+(?: (?:[\da-f]{2})+)*)(?:\s{2,}.*|\s*)$/i;

/** `00000010  48 65  |He|` of hexdump -C; `0010   48 65    He` of Wireshark; `0000020 48 65` of od -t x1. */
const spaced = /^\s*([\da-f]{4,}) {1,3}([\da-f]{2}(?: {1,2}[\da-f]{2})*)(?:\s*[|>].*|\s{3,}.*|\s*)$/i;

/** What these write behind the last row: its end. */
const lastOffset = /^\s*([\da-f]{6,})\s*$/i;

const leftOut = /^\s*\*\s*$/;

/** Words of two bytes, which many machines write with the second one first. */
const swapped = /^\s*\d{7}(?: +[\da-f]{4,6})+\s*$/i;

/** In memory of their own: postMessage copies all that a view is part of. */
const bytesOf = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'));

/** The lines of the text from index `start` that are not blank. A terminal pastes a line end as CR. */
const linesOf = (text: string, start: number): { readonly index: number; readonly line: string }[] =>
  Array.from(text.slice(start).matchAll(/[^\r\n]+/g), ({ 0: line, index }) => ({ index: start + index, line })).filter(
    ({ line }) => line.trim() !== '',
  );

/** The rows of a dump; one without digits has the end, or stands for rows that are left out. Null for any other text. */
const rowsOf = (text: string, start: number): readonly Row[] | null => {
  const lines = linesOf(text, start);
  const [first = { index: start, line: '' }] = lines;
  const form = [grouped, spaced].find((each) => each.test(first.line));
  if (form === undefined) return null;
  // Bytes may look like a row as well: `48656c6c 6f`.
  const isSure = form === grouped || /[|>]/.test(first.line);
  const rows: Row[] = [];
  for (const [at, { index, line }] of lines.entries()) {
    const [, offset, digits = ''] = form.exec(line) ?? (at === lines.length - 1 ? lastOffset.exec(line) : null) ?? [];
    if (offset !== undefined) rows.push({ index, offset, digits: digits.replaceAll(' ', '') });
    else if (leftOut.test(line)) rows.push({ index, offset: '*', digits: '' });
    else if (isSure) throw new EscapeError(text, index, 'this is no row of the dump');
    else return null;
  }
  const isLikely = rows.length > 1 || (rows[0]?.offset.length ?? 0) % 2 === 1 || /^\s*0+ {2}/.test(first.line);
  return isSure || isLikely ? rows : null;
};

/** What rows stand for: the digits of their bytes, up to a row that does not follow the ones before. */
interface Read {
  readonly digits: string;
  readonly wrong: Row | null;
}

/** Reads rows whose offsets have this radix. */
const readRows = (rows: readonly Row[], radix: number): Read => {
  const first = Number.parseInt(rows[0]?.offset ?? '', radix);
  let digits = '';
  let before = '';
  let isLeftOut = false;
  for (const row of rows) {
    if (row.offset === '*') {
      isLeftOut = true;
      continue;
    }
    const end = 2 * (Number.parseInt(row.offset, radix) - first);
    if (isLeftOut && before !== '' && end <= 2 * maxDumpBytes)
      while (digits.length + before.length <= end) digits += before;
    if (digits.length !== end) return { digits, wrong: row };
    isLeftOut = false;
    before = row.digits;
    digits += before;
  }
  return { digits, wrong: isLeftOut ? (rows.at(-1) ?? null) : null };
};

/** od writes offsets of seven digits, octal or decimal ones; all others write hexadecimal ones. */
const radixesOf = ({ offset }: Row): readonly number[] => (offset.length === 7 ? [8, 10] : [16]);

const readDump = (text: string, rows: readonly Row[]): Uint8Array => {
  const [first = { index: 0, offset: '', digits: '' }] = rows;
  const read = radixesOf(first).map((radix) => readRows(rows, radix));
  const [fits, other] = read.filter(({ wrong }) => wrong === null);
  if (fits !== undefined && other !== undefined && fits.digits !== other.digits)
    throw new EscapeError(text, first.index, 'the offsets may be octal or decimal; dump it without *, by od -v');
  if (fits !== undefined) return bytesOf(fits.digits);
  const problem = 'this row of the dump does not follow the one before, by their offsets; is one missing?';
  throw new EscapeError(text, (read[0]?.wrong ?? first).index, problem);
};

/** Anything but what may stand between bytes: blanks, and the punctuation of lists, addresses and strings. */
const notBetween = /[^\s,;:{}[\]()"'-]+/g;

/**
 * Bytes in hex, as people paste them: `48 65`, `4865`, `48:65`, `0x48, 0x65`, `\x48\x65`, or a dump of hexdump -C, xxd,
 * tcpdump -x, Wireshark or od -t x1, of which offsets and text are left out. Begins at index `start`; positions count
 * from the start of the text. Throws an EscapeError at anything else.
 */
export function parseHex(text: string, start = 0): Uint8Array {
  const rows = rowsOf(text, start);
  if (rows !== null) return readDump(text, rows);
  if (swapped.test(linesOf(text, start)[0]?.line ?? ''))
    throw new EscapeError(text, start, 'a dump of words has no order of bytes; use hexdump -C, xxd or od -t x1');
  const digits = Array.from(text.slice(start).matchAll(notBetween), ({ 0: word, index }) =>
    digitsOf(text, word, start + index),
  );
  return bytesOf(digits.join(''));
}

/** The digits of one word at `index`. */
const digitsOf = (text: string, word: string, index: number): string => {
  if (/^\\x/i.test(word)) {
    const [good = ''] = /^(?:\\x[\da-f]{2})*/i.exec(word) ?? [];
    if (good.length < word.length)
      throw new EscapeError(text, index + good.length, '\\x takes two hex digits, as \\x1B');
    return word.replaceAll(/\\x/gi, '');
  }
  const prefix = /^0x/i.test(word) ? 2 : 0;
  const digits = word.slice(prefix);
  const wrong = digits.search(/[^\da-f]/i);
  if (wrong >= 0) throw new EscapeError(text, index + prefix + wrong, 'not a hex digit; /hex goes back to text');
  // A list of numbers leaves out the zero in front.
  if (prefix > 0 && digits.length === 1) return `0${digits}`;
  if (digits === '' || digits.length % 2 === 1)
    throw new EscapeError(text, index + word.length - 1, 'a byte takes two hex digits');
  return digits;
};
