import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Size } from '../../support/terminal/emulator.ts';
import type { Terminal } from '../../support/terminal/pty.ts';
import { openConsole, startConsole } from '../program.ts';

const sizes: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 60, rows: 20 },
  { columns: 40, rows: 10 },
  { columns: 30, rows: 8 },
  { columns: 120, rows: 40 },
];

/** The screen without what differs from run to run: the ladder, times, and ports, which have five digits here. */
const picture = (terminal: Terminal) =>
  terminal
    .text()
    .replaceAll(/│[^│]*──→[^│]*│/gu, (line) => `│${' '.repeat(line.length - 2)}│`)
    .replace(/\d/gu, '0');

/** What a window of that size shows once everything is there that it has room for. */
const contentOf = ({ columns }: Size): readonly RegExp[] => {
  if (columns < 40) return [/Needs 40x10 cells/u];
  return columns < 80 ? [/ connected /u, / 1 open/u] : [/ connected /u, / 1 open/u, / ESTABLISHED /u];
};

/** What a console draws that was started at that size, once its first connection is on view. */
const fresh = async (size: Size): Promise<string> => {
  const terminal = openConsole(size);
  for (const what of contentOf(size)) await terminal.until(what);
  return picture(terminal);
};

describe('window sizes', () => {
  it('after any resizing the screen is the one of a fresh start, down to the last cell', async () => {
    const pictures = new Map<Size, string>();
    for (const size of sizes) pictures.set(size, await fresh(size));
    const console = await startConsole({ columns: 160, rows: 50 });
    await console.until(/ 1 open/u);
    for (const size of sizes) {
      console.resize(size);
      await expect.poll(() => picture(console)).toBe(pictures.get(size));
    }
  });

  // As when an edge of the window is dragged.
  it.each([
    [
      { columns: 100, rows: 24 },
      { columns: 99, rows: 24 },
    ],
    [
      { columns: 99, rows: 24 },
      { columns: 100, rows: 24 },
    ],
    [
      { columns: 60, rows: 24 },
      { columns: 59, rows: 24 },
    ],
    [
      { columns: 40, rows: 12 },
      { columns: 39, rows: 12 },
    ],
    [
      { columns: 100, rows: 24 },
      { columns: 100, rows: 23 },
    ],
    [
      { columns: 100, rows: 23 },
      { columns: 100, rows: 24 },
    ],
    [
      { columns: 100, rows: 24 },
      { columns: 99, rows: 25 },
    ],
    [
      { columns: 100, rows: 24 },
      { columns: 99, rows: 23 },
    ],
  ])('one cell more or less leaves the screen of a fresh start: %o to %o', async (from, to) => {
    const expected = await fresh(to);
    const console = openConsole(from);
    for (const what of contentOf(from)) await console.until(what);
    console.resize(to);
    await expect.poll(() => picture(console)).toBe(expected);
  });

  it('a corner that is dragged there and back leaves the screen of a fresh start', async () => {
    const path = Array.from({ length: 21 }, (_, step) => ({ columns: 100 - step, rows: Math.max(30 - step, 24) }));
    const console = openConsole(path[0]);
    await console.until(/ connected /u);
    for (const steps of [path, path.toReversed()]) {
      const last = steps.at(-1) ?? { columns: 0, rows: 0 };
      const expected = await fresh(last);
      for (const size of steps) {
        console.resize(size);
        // A hand on a mouse is faster than the frames.
        await delay(5);
      }
      await expect.poll(() => picture(console)).toBe(expected);
    }
  });

  it.each(sizes)('$columns x $rows: no line is longer than the window, and every box is closed', async (size) => {
    const console = openConsole(size);
    for (const what of contentOf(size)) await console.until(what);
    const cells = console.cells();
    const count = (corner: string) => cells.flat().filter(({ glyph }) => glyph === corner).length;
    expect(cells.map((row) => row.length)).toEqual(cells.map(() => size.columns));
    expect(count('╮')).toBe(count('╭'));
    expect([count('╰'), count('╯')]).toEqual([count('╭'), count('╭')]);
    // Whatever an edge begins goes on until a corner ends it.
    for (const [row, line] of cells.entries()) {
      for (const [column, { glyph }] of line.entries()) {
        if (!/[╭╮│]/u.test(glyph)) continue;
        expect(['│', '╰', '╯'], `under ${row}:${column}`).toContain(cells[row + 1]?.[column]?.glyph);
      }
    }
  });

  it('a window too small for any pane shows the size it needs, and Ctrl-C still quits', async () => {
    const console = openConsole({ columns: 30, rows: 8 });
    await console.until('Needs 40x10 cells, has 30x8');
    await console.press('ctrl-c');
    expect(await console.exited).toEqual({ status: 0, signal: null });
  });

  it('keeps a draft through a window that was too small for it', async () => {
    const console = await startConsole();
    await console.type('half a mess');
    await console.until('› half a mess');
    console.resize({ columns: 20, rows: 5 });
    await console.until('Needs 40x10');
    console.resize({ columns: 100, rows: 30 });
    await console.until('› half a mess');
    await console.type('age');
    await console.until('› half a message');
  });
});
