import { describe, expect, it, vi } from 'vitest';
import { colours, overlayColours } from '../../src/screen/palette.ts';
import type { Drawing } from '../support/terminal/ink.ts';
import { busy, received } from './fixture.ts';
import { open } from './open.tsx';

// The tests' own output is no terminal: what Ink asks about colours is answered before it is imported.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '3';
});

/** The cell below the first letter of `text`. */
const cellOf = (drawing: Drawing, text: string) => {
  const row = drawing.grid().findIndex((line) => line.includes(text));
  const [cell] = drawing.cells()[row]?.slice(drawing.grid()[row]?.indexOf(text)) ?? [];
  if (cell === undefined) throw new Error(`${text} is not on the screen`);
  return cell;
};

describe('styles', () => {
  it('set the selected row off, more so while keys go to the list', async () => {
    const drawing = await open(busy, 80, 24);
    expect(cellOf(drawing, '127.0.0.1:53014')).toMatchObject({ bold: true, inverse: false });
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    expect(cellOf(drawing, '127.0.0.1:53014')).toMatchObject({ bold: true, inverse: true });
    expect(cellOf(drawing, '127.0.0.1:53013')).toMatchObject({ bold: false, inverse: false });
  });

  it('set back what is over, and warn of what is stuck', async () => {
    const drawing = await open(busy, 80, 24);
    expect(cellOf(drawing, '127.0.0.1:53014')).toMatchObject({ foreground: colours.warn });
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('G');
    await drawing.until('6/6');
    expect(cellOf(drawing, '127.0.0.1:53010')).toMatchObject({ foreground: colours.dim });
  });

  it('give the help a background of its own, in every cell', async () => {
    const drawing = await open(busy, 80, 24);
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('?');
    await drawing.until('╭─ Help ');
    for (const text of ['╭─ Help ', 'Panes', 'Selects the connection'])
      expect(cellOf(drawing, text)).toMatchObject({
        foreground: overlayColours.text,
        background: overlayColours.background,
      });
  });

  it('set off what an answer has that was not sent, which words say as well', async () => {
    const answer = { ...received(1, 'heLlo', 0.21), differsAt: 2 };
    const drawing = await open({ ...busy, transcript: [answer] }, 80, 24);
    await drawing.until(/← heLlo +≠ at byte 3 · 0\.21 ms │/u);
    expect(cellOf(drawing, 'heLlo')).toMatchObject({ bold: false });
    expect(cellOf(drawing, 'Llo')).toMatchObject({ foreground: colours.bad, bold: true });
  });
});
