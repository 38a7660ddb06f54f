import { describe, expect, it } from 'vitest';
import { layOut, type Pane, type Rect } from '../../../src/screen/layout.ts';
import type { Drawing } from '../../support/terminal/ink.ts';
import { busy, quiet } from '../fixture.ts';
import { open } from '../open.tsx';

/** What stands at the left and right edge of every row of a pane. */
const edges = (drawing: Drawing, { left, top, width, height }: Rect): readonly string[] =>
  drawing
    .cells()
    .slice(top, top + height)
    .map((row) => `${row[left]?.glyph}${row[left + width - 1]?.glyph}`);

const frameEdges = (height: number) => ['╭╮', ...Array.from({ length: height - 2 }, () => '││'), '╰╯'];

describe('the window', () => {
  it.each([
    [200, 60],
    [120, 34],
    [100, 30],
    [80, 24],
    [72, 22],
    [60, 20],
    [160, 12],
    [40, 10],
  ])('keeps every border in its column at %i by %i', async (columns, rows) => {
    const drawing = await open({ ...busy, notice: 'port 8080 is taken: listening on 40123' }, columns, rows);
    const check = (...recent: readonly Pane[]) => {
      const layout = layOut({ columns, rows, recent, hasNotice: true, isZoomed: false });
      if (layout.kind === 'cramped') throw new Error('cramped');
      for (const rect of Object.values(layout.panes))
        if (rect !== null) expect(edges(drawing, rect)).toEqual(frameEdges(rect.height));
    };
    check('client', 'payload');
    await drawing.type('안녕하세요 👋 e\u0301 세상 '.repeat(3));
    check('client', 'payload');
    await drawing.press('tab');
    await drawing.until('┤ Connections ├');
    check('connections', 'client', 'payload');
    await drawing.press('enter');
    await drawing.until('┤ Payload #14 ├');
    check('payload', 'connections', 'client');
  });

  it('shows one pane at a time, and the names of all, at 40 by 10', async () => {
    const drawing = await open(busy, 40, 10);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " tcp://127.0.0.1:8080            4 open",
        " Connections  Payload  Stages  Talk [Cl…",
        "╭┤ Client → 127.0.0.1:8080 ├── online ─╮",
        "│ 10:43:07 ← A longer message, which   │",
        "│            has to go on below its    │",
        "│            own beginning, not below  │",
        "│            the time.         1.40 ms │",
        "│ › type a message, or / for commands  │",
        "╰──────────────────────────────────────╯",
        " Enter send  Esc ? help  Ctrl-C quit",
      ]
    `);
    await drawing.press('tab');
    await drawing.until('[Connections]');
    await drawing.press('tab');
    await drawing.until('[Payload]');
    expect(drawing.grid().slice(1)).toMatchInlineSnapshot(`
      [
        " Connections [Payload] Stages  Talk  Cl…",
        "╭┤ Payload #14 ├──────────────── text ─╮",
        "│ ESTABLISHED · in 65,536 B            │",
        "│ ! not reading (nor a FIN): peer does │",
        "│ not take our bytes                   │",
        "│ ⋮ 65,536 B received and 4,096 B sent…│",
        "│                                      │",
        "╰──────────────────────────────────────╯",
        " ↑↓ scroll  Esc back  : do  ? help",
      ]
    `);
    await drawing.press('tab');
    await drawing.until('[Stages]');
    expect(drawing.grid().slice(1)).toMatchInlineSnapshot(`
      [
        " Connections  Payload [Stages] Talk  Cl…",
        "╭┤ Stages #14 ├────── 127.0.0.1:53014 ─╮",
        "│ in         65,536 B      0 B/s       │",
        "│ out         4,096 B      0 B/s       │",
        "│ ESTABLISHED · echo chunk · owed 61,… │",
        "│ ! not reading (nor a FIN): peer does │",
        "│ not take our bytes                   │",
        "╰──────────────────────────────────────╯",
        " ↑↓ scroll  Esc back  : do  ? help",
      ]
    `);
  });

  it('says how much room it needs where there is too little', async () => {
    const drawing = await open(busy, 30, 5);
    expect(drawing.grid()).toEqual(['', '', ' Needs 40x10 cells, has 30x5', '', '']);
  });

  it.each([
    [200, 60],
    [120, 34],
    [80, 24],
    [60, 20],
  ])('tells at %i by %i what to type elsewhere, and where to type here', async (columns, rows) => {
    const drawing = await open(quiet, columns, rows);
    expect(drawing.text()).toContain('nc 127.0.0.1 8080');
    expect(drawing.text()).toContain('› Enter connects');
  });

  it('shows a notice below the header', async () => {
    const drawing = await open({ ...quiet, notice: 'port 8080 is taken: listening on \x1b[31m40123' }, 80, 24);
    expect(drawing.grid()[1]).toBe(' ! port 8080 is taken: listening on \\x1B[31m40123');
  });
});
