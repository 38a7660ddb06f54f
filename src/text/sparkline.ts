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
