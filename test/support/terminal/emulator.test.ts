import { describe, expect, it } from 'vitest';
import { createEmulator } from './emulator.ts';

const size = { columns: 20, rows: 3 };

describe('emulator', () => {
  it('shows a wide glyph once, in two cells', async () => {
    const emulator = createEmulator(size);
    await emulator.write('안a👨‍👩‍👧b');
    expect(emulator.grid()).toEqual(['안a👨‍👩‍👧b', '', '']);
    expect(
      emulator
        .cells()[0]
        ?.slice(0, 4)
        .map(({ glyph, width }) => [glyph, width]),
    ).toEqual([
      ['안', 2],
      ['', 0],
      ['a', 1],
      ['👨‍👩‍👧', 2],
    ]);
    expect(emulator.cursor()).toEqual({ row: 0, column: 6, visible: true });
  });

  it('knows the colours and attributes of a cell', async () => {
    const emulator = createEmulator(size);
    await emulator.write('\x1b[1;2;7;32;48;2;1;2;255mx\x1b[0my');
    expect(emulator.cells()[0]?.slice(0, 2)).toMatchObject([
      { glyph: 'x', foreground: 2, background: '#0102ff', bold: true, dim: true, inverse: true, italic: false },
      { glyph: 'y', foreground: null, background: null, bold: false, dim: false, inverse: false },
    ]);
  });

  it('goes to the alternate screen and comes back to what was there', async () => {
    const emulator = createEmulator(size);
    await emulator.write('before\x1b[?1049h\x1b[Hinside');
    expect(emulator.modes().alternateScreen).toBe(true);
    expect(emulator.grid()[0]).toBe('inside');
    await emulator.write('\x1b[?1049l');
    expect(emulator.modes().alternateScreen).toBe(false);
    expect(emulator.grid()[0]).toBe('before');
  });

  it('knows which modes a program has switched on', async () => {
    const emulator = createEmulator(size);
    await emulator.write('\x1b[?25;2004;1;1000;1004h\x1b[?25l');
    expect(emulator.modes()).toEqual({
      alternateScreen: false,
      cursorHidden: true,
      bracketedPaste: true,
      applicationCursor: true,
      mouse: true,
      focusReports: true,
    });
    await emulator.write('\x1b[?25h');
    expect(emulator.cursor().visible).toBe(true);
  });

  it.each([
    ['mode', '\x1b[?1000;7727h\x1b[?25l', '\x1b[?7727l\x1b[?1000l\x1b[?25h'],
    ['margin', '\x1b[2;3r', '\x1b[r\x1b[H'],
    ['shape of the cursor', '\x1b[4 q', '\x1b[0 q'],
    ['keyboard protocol', '\x1b[>1u', '\x1b[<u'],
    ['keys with modifiers', '\x1b[>4;2m', '\x1b[>4m'],
    ['keypad', '\x1b=', '\x1b>'],
    ['set of letters', '\x1b(0', '\x1b(B'],
    ['character', 'x', '\r\x1b[K'],
    ['colour of what comes next', '\x1b[31m \r', '\x1b[m\x1b[K'],
  ])('tells of each %s that is not as in a new terminal', async (_what, there, back) => {
    const emulator = createEmulator(size);
    const before = emulator.state();
    await emulator.write(there);
    expect(emulator.state()).not.toEqual(before);
    await emulator.write(back);
    expect(emulator.state()).toEqual(before);
  });

  it('has the lines of its new size after a resize', () => {
    const emulator = createEmulator(size);
    emulator.resize({ columns: 10, rows: 5 });
    expect(emulator.grid()).toHaveLength(5);
    expect(emulator.cells()[4]).toHaveLength(10);
  });

  it('waits until the screen shows something, whole frames only', async () => {
    const emulator = createEmulator(size);
    const shown = emulator.until(/^half and whole$/mu);
    await emulator.write('\x1b[?2026hhalf and whole');
    await expect(Promise.race([shown, Promise.resolve('not yet')])).resolves.toBe('not yet');
    await emulator.write('\x1b[?2026l');
    await shown;
  });

  it('rejects with the whole grid when it never shows it', async () => {
    const emulator = createEmulator(size);
    await emulator.write('one\r\ntwo');
    await expect(emulator.until('three', 1)).rejects.toThrow(
      'the screen did not show "three" within 1 ms:\n  1 │one\n  2 │two\n  3 │',
    );
  });

  it('answers a program that asks where the cursor is', async () => {
    const emulator = createEmulator(size);
    const replies: string[] = [];
    emulator.onReply((data) => replies.push(data));
    await emulator.write('ab\x1b[6n');
    expect(replies).toEqual(['\x1b[1;3R']);
  });
});
