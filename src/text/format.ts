/** Not `█`: full blocks of two rows run together. */
const levels = '▁▂▃▄▅▆▇';

/**
 * The newest `cells` of `values` (oldest first, none negative) in exactly `cells` cells, the newest at the right, spaces
 * where there is no value. The highest value is `▇`. Only zero is `▁`: the least traffic shows.
 */
export function sparkline(values: readonly number[], cells: number): string {
  if (cells <= 0) return '';
  const shown = values.slice(-cells);
  const highest = shown.reduce((a, b) => Math.max(a, b), 0);
  const line = shown.map((value) => levels.charAt(value > 0 ? Math.ceil((value / highest) * (levels.length - 1)) : 0));
  return line.join('').padStart(cells);
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}

/**
 * Bytes in decimal units (SI), with at most one decimal and three digits: `12 B`, `1.2 kB`, `12.3 MB`, `123 GB`. At most
 * 7 cells. `bytes` is finite and not negative.
 */
export function size(bytes: number): string {
  const whole = Math.round(bytes);
  const digits = String(whole).length;
  const tenth = 3 * Math.floor((digits - 1) / 3) - 1;
  const step = digits < 4 ? 1 : 10 ** Math.max(tenth, digits - 3);
  const rounded = Math.round(whole / step) * step;
  const power = Math.floor((String(rounded).length - 1) / 3);
  return `${rounded / 1000 ** power} ${'kMGTPE'.charAt(power - 1)}B`;
}

/** A whole number with every digit: `1,234,567`. Not by Intl.NumberFormat, whose first use takes 10 ms. */
export function exact(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 byte`, `1,234 bytes`. */
export const plural = (count: number, noun: string): string => `${exact(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `0x0A`. */
export const hexByte = (byte: number): string => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** `1.2 MB/s`, `0 B/s`. At most 9 cells. */
export function rate(bytesPerSecond: number): string {
  return `${size(bytesPerSecond)}/s`;
}

/** The local time of day of wall-clock ms since 1970: `10:42:07`. */
export function clockTime(wallMs: number): string {
  const date = new Date(wallMs);
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}:${twoDigits(date.getSeconds())}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The local date of wall-clock ms since 1970: `Nov 26`, `Jan  2`. Not by Intl, as above. */
export function clockDate(wallMs: number): string {
  const date = new Date(wallMs);
  return `${months[date.getMonth()]} ${String(date.getDate()).padStart(2)}`;
}

/** Local midnight before a time, both wall-clock ms since 1970. */
export function startOfDay(wallMs: number): number {
  return new Date(wallMs).setHours(0, 0, 0, 0);
}

/** Two decimals below ten, one below a hundred, else none, each by the rounded value. */
function threeDigits(n: number): string {
  return n.toFixed(n < 9.995 ? 2 : n < 99.95 ? 1 : 0);
}

/** A round trip: `84 µs`, and from 0.1 ms on three digits: `0.21 ms`, `12.3 ms`, `123 ms`, `1.23 s`. */
export function roundTrip(ms: number): string {
  if (ms < 0.0995) return `${(ms * 1000).toFixed(0)} µs`;
  return ms < 999.5 ? `${threeDigits(ms)} ms` : `${threeDigits(ms / 1000)} s`;
}

/**
 * A duration: as `roundTrip` below 100 s, then to the second: `01:40`, `59:59`, `1:02:03`, and from one day on `3d 04:05`
 * (hours and minutes).
 */
export function duration(ms: number): string {
  if (ms < 99_950) return roundTrip(ms);
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)}d ${twoDigits(hours % 24)}:${twoDigits(minutes % 60)}`;
  const rest = `${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** A time in whole ms by the units of `parseTime`, and days: `500ms`, `1.5s`, `1m 30s`, `24d 20h`. */
export function timeInUnits(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const parts = [
    [Math.floor(ms / 8.64e7), 'd'],
    [Math.floor(ms / 3.6e6) % 24, 'h'],
    [Math.floor(ms / 6e4) % 60, 'm'],
    [Math.floor((ms % 6e4) / 100) / 10, 's'],
  ] as const;
  return parts.flatMap(([n, unit]) => (n === 0 ? [] : [`${n}${unit}`])).join(' ');
}
