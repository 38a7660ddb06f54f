import { afterEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../src/screen/app.tsx';
import { colours, overlayColours } from '../../src/screen/palette.ts';
import { type Drawing, draw } from '../support/ink.ts';
import { busy, fakeFeed, now } from './fixture.ts';

// The tests' own output is no terminal: what Ink asks about colours is answered before it is imported.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '3';
});

const drawings: Drawing[] = [];
afterEach(async () => {
  for (const drawing of drawings.splice(0)) await drawing.unmount();
});

const open = async () => {
  const app = <App feed={fakeFeed(busy)} act={() => undefined} now={now} suspend={() => Promise.resolve()} />;
  const drawing = await draw(app, { columns: 80, rows: 24 });
  drawings.push(drawing);
  return drawing;
};

/** The cell below the first letter of `text`. */
const cellOf = (drawing: Drawing, text: string) => {
  const row = drawing.grid().findIndex((line) => line.includes(text));
  const [cell] = drawing.cells()[row]?.slice(drawing.grid()[row]?.indexOf(text)) ?? [];
  if (cell === undefined) throw new Error(`${text} is not on the screen`);
  return cell;
};

describe('styles', () => {
  it('set the selected row off, more so while keys go to the list', async () => {
    const drawing = await open();
    expect(cellOf(drawing, 'you:53011')).toMatchObject({ bold: true, inverse: false });
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    expect(cellOf(drawing, 'you:53011')).toMatchObject({ bold: true, inverse: true });
    expect(cellOf(drawing, '127.0.0.1:53013')).toMatchObject({ bold: false, inverse: false });
  });

  it('dim what is over, and warn of what is stuck', async () => {
    const drawing = await open();
    expect(cellOf(drawing, '127.0.0.1:53014')).toMatchObject({ foreground: colours.warn });
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('G');
    await drawing.until('6/6');
    expect(cellOf(drawing, '127.0.0.1:53010')).toMatchObject({ dim: true });
  });

  it('give the help a background of its own, in every cell', async () => {
    const drawing = await open();
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('?');
    await drawing.until('╭─ Keys ');
    for (const text of ['╭─ Keys ', 'Message', 'send'])
      expect(cellOf(drawing, text)).toMatchObject({
        foreground: overlayColours.text,
        background: overlayColours.background,
      });
  });
});
