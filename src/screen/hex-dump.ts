/** Bytes in a line, the most that fit; the cells that a line of so many takes. */
const widths = [16, 8, 4] as const;
const cellsOf = (perLine: number): number => 8 + 2 + columnCells(perLine) + 2 + perLine + 2;

/** `hexdump -C` puts one more blank in the middle of sixteen. */
const columnCells = (perLine: number): number => perLine * 3 - 1 + (perLine > 8 ? 1 : 0);

const isVisible = (byte: number): boolean => byte > 0x1f && byte < 0x7f;

/**
 * Bytes as `hexdump -C` prints them, `offset` being the place of the first: sixteen in a line where `cells` (78)
 * allows it, else eight or four. Beyond 4 GiB the offset shows its last eight digits.
 */
export const hexDump = (bytes: Uint8Array, offset: number, cells: number): readonly string[] => {
  const perLine = widths.find((width) => cellsOf(width) <= cells) ?? 4;
  return Array.from({ length: Math.ceil(bytes.length / perLine) }, (_, line) => {
    const part = bytes.subarray(line * perLine, (line + 1) * perLine);
    const hex = Array.from(part, (byte, place) => (place === 8 ? ' ' : '') + byte.toString(16).padStart(2, '0'));
    const text = Array.from(part, (byte) => (isVisible(byte) ? String.fromCharCode(byte) : '.'));
    const at = (offset + line * perLine).toString(16).padStart(8, '0').slice(-8);
    return `${at}  ${hex.join(' ').padEnd(columnCells(perLine))}  |${text.join('')}|`;
  });
};
