import { describe, expect, it } from 'vitest';
import { busy } from '../fixture.ts';
import { open } from '../open.tsx';

/** The last line of the pane, the border below it, and the footer. */
const bottom = (grid: readonly string[]) => [...grid.slice(-3, -2), ...grid.slice(-1)];

describe.each([
  [80, 24],
  [60, 20],
  [40, 10],
])('the prompt at %i by %i', (columns, rows) => {
  it('shows what a command could become, and how it is written', async () => {
    const drawing = await open(busy, columns, rows);
    await drawing.type('/e');
    await drawing.until('/eof /echo /eol');
    expect(bottom(drawing.grid())).toEqual([`│ › /e${' '.repeat(columns - 7)}│`, ' /eof /echo /eol']);
    await drawing.type('ch');
    await drawing.press('tab');
    await drawing.until('› /echo ');
    await drawing.until(' /echo chunk|line|eof|none');
    expect(drawing.cursor()).toMatchObject({ row: rows - 3, column: 10, visible: true });
  });

  it('shows its modes in front of the draft', async () => {
    const drawing = await open(busy, columns, rows);
    await drawing.type('/hex');
    await drawing.press('enter');
    await drawing.until('hex › type bytes as');
    await drawing.type('/eol lf');
    await drawing.press('enter');
    await drawing.until('hex lf › type bytes');
    await drawing.type('48');
    await drawing.until('hex lf › 48');
    expect(drawing.cursor()).toMatchObject({ row: rows - 3, column: 13 });
  });

  it('says below it what is wrong, and keeps the draft', async () => {
    const drawing = await open(busy, columns, rows);
    await drawing.type('ab\\q');
    await drawing.press('enter');
    await drawing.until(' ! at 3: no such escape');
    expect(drawing.text()).toContain('│ › ab\\q ');
    expect(drawing.intents).toEqual([]);
    await drawing.press('left');
    await drawing.until(' Enter send ');
  });
});
