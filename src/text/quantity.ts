import { printable } from './printable.ts';

/** A size or a time that cannot be read. The message is one line that names the text and shows how to write it. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const bytesPer = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
]);

const msPer = new Map([
  ['ms', 1],
  ['s', 1e3],
  ['m', 6e4],
  ['h', 3.6e6],
]);

/** The longest delay of a Node timer; a longer one would fire at once (Node's documentation, setTimeout). */
const longestMs = 2 ** 31 - 1;

function parse(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = units.get(unit?.toLowerCase() ?? '');
  return digits === undefined || factor === undefined ? undefined : Math.round(Number(digits) * factor);
}

/**
 * `512`, `64KiB`, `1MiB`, `10MB` in bytes. Units: B, kB, MB, GB (powers of 1000), KiB, MiB, GiB (of 1024), in either
 * case; fractions are rounded to a byte. Throws a QuantityError.
 */
export function parseSize(text: string): number {
  const bytes = parse(text, bytesPer);
  if (bytes === undefined || !Number.isSafeInteger(bytes)) {
    throw new QuantityError(`"${printable(text)}" is not a size; write it as 512, 64KiB, 1MiB or 10MB`);
  }
  return bytes;
}

/**
 * `500ms`, `30s`, `5m` in milliseconds. Units: ms, s, m, h; a unit is required. At most 24.8 days, the longest timer.
 * Throws a QuantityError.
 */
export function parseTime(text: string): number {
  const ms = parse(text, msPer);
  if (ms === undefined) {
    throw new QuantityError(`"${printable(text)}" is not a time; write it with its unit, as 500ms, 30s or 5m`);
  }
  if (ms > longestMs) {
    throw new QuantityError(
      `"${printable(text)}" is too long a time; the longest is 596h, and most are like 30s or 5m`,
    );
  }
  return ms;
}
