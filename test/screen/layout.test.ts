import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Layout,
  layOut as layOutWith,
  listRows,
  type Pane,
  panes,
  payloadCells,
  type Rect,
  smallest,
  tabsOf,
} from '../../src/screen/layout.ts';
import { tableFor } from '../../src/screen/panes/columns.ts';
import { hexDump } from '../../src/screen/panes/payload-lines.ts';

const recentOf = (focus: Pane): readonly Pane[] => [
  focus,
  ...(['payload', 'connections', 'stages', 'client'] as const),
];

const layOut = (columns: number, rows: number, focus: Pane = 'client', changes = {}): Layout =>
  layOutWith({ columns, rows, recent: recentOf(focus), hasNotice: false, isZoomed: false, ...changes });

/** Every rectangle of a layout. */
const rectsOf = (layout: Layout): readonly Rect[] =>
  layout.kind === 'cramped'
    ? []
    : [layout.header, layout.notice, layout.tabs, ...Object.values(layout.panes), layout.footer].filter(
        (rect) => rect !== null,
      );

/** How many rectangles cover each cell of the window; cells outside it count too. */
const coverage = (layout: Layout): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { left, top, width, height } of rectsOf(layout)) {
    for (let row = top; row < top + height; row += 1) {
      for (let column = left; column < left + width; column += 1) {
        const cell = `${column},${row}`;
        counts.set(cell, (counts.get(cell) ?? 0) + 1);
      }
    }
  }
  return counts;
};

const rectOf = (layout: Layout, pane: Pane): Rect | null => (layout.kind === 'cramped' ? null : layout.panes[pane]);
const visible = (layout: Layout) => panes.filter((pane) => rectOf(layout, pane) !== null);

describe('layout', () => {
  it('covers every cell of every window exactly once', () => {
    const window = fc.record({
      columns: fc.integer({ min: smallest.columns, max: 220 }),
      rows: fc.integer({ min: smallest.rows, max: 70 }),
      focus: fc.constantFrom(...panes),
      hasNotice: fc.boolean(),
      isZoomed: fc.boolean(),
    });
    fc.assert(
      fc.property(window, ({ columns, rows, focus, ...changes }) => {
        const counts = coverage(layOut(columns, rows, focus, changes));
        expect(counts.size).toBe(columns * rows);
        expect(counts.has(`${columns - 1},${rows - 1}`)).toBe(true);
        expect(new Set(counts.values())).toEqual(new Set([1]));
      }),
      { numRuns: 150 },
    );
  });

  it('sums to the window at every size, with the pane on view that has the keys', () => {
    for (let columns = 40; columns <= 200; columns += 1) {
      for (let rows = 10; rows <= 60; rows += 1) {
        for (const focus of panes) {
          const layout = layOut(columns, rows, focus, { hasNotice: true });
          const cells = rectsOf(layout).reduce((sum, r) => sum + r.width * r.height, 0);
          if (cells !== columns * rows) expect.fail(`${columns}x${rows} with ${focus} in focus covers ${cells} cells`);
          if (rectOf(layout, focus) === null) expect.fail(`${focus} is not on view at ${columns}x${rows}`);
        }
      }
    }
  });

  it('gives every pane on view two lines and what is around them at least', () => {
    for (let columns = 40; columns <= 200; columns += 1)
      for (let rows = 10; rows <= 60; rows += 1)
        for (const hasNotice of [false, true])
          for (const pane of panes)
            expect(rectOf(layOut(columns, rows, 'client', { hasNotice }), pane)?.height ?? 5).toBeGreaterThanOrEqual(5);
  });

  it.each([
    [200, 60, 'grid', 'connections payload stages client'],
    [120, 34, 'grid', 'connections payload stages client'],
    [119, 34, 'rows', 'connections payload stages client'],
    [100, 30, 'rows', 'connections payload stages client'],
    [80, 50, 'stack', 'connections payload stages client'],
    [80, 24, 'stack', 'connections payload client'],
    [60, 20, 'stack', 'connections payload client'],
    [160, 12, 'tabs', 'connections client'],
    [59, 20, 'tabs', 'client'],
    [40, 10, 'tabs', 'client'],
    [39, 10, 'cramped', ''],
    [40, 9, 'cramped', ''],
  ] as const)('lays %i by %i out as %s, with %s', (columns, rows, kind, shown) => {
    const layout = layOut(columns, rows);
    expect([layout.kind, visible(layout).join(' ')]).toEqual([kind, shown]);
  });

  it('has the list, the chat and what the selected connection says on view from 60 by 20 on', () => {
    for (let columns = 60; columns <= 200; columns += 1)
      for (let rows = 20; rows <= 60; rows += 1)
        expect(visible(layOut(columns, rows))).toEqual(expect.arrayContaining(['connections', 'payload', 'client']));
  });

  it('puts payload and stages in one place where there is no room for both', () => {
    expect(tabsOf(layOut(80, 24), 'payload')).toEqual(['payload', 'stages', 'talk']);
    expect(visible(layOut(80, 24, 'stages'))).toEqual(['connections', 'stages', 'client']);
    expect(tabsOf(layOut(120, 34), 'payload')).toEqual(['payload', 'talk']);
  });

  it('gives one pane the whole window', () => {
    for (const focus of panes) {
      const layout = layOut(120, 34, focus, { isZoomed: true });
      expect([layout.kind, visible(layout)]).toEqual(['zoomed', [focus]]);
      expect(rectOf(layout, focus)).toEqual({ left: 0, top: 2, width: 120, height: 31 });
    }
  });

  it('has sixteen bytes in a line of hex wherever a window is wide enough for them', () => {
    const bytes = new Uint8Array(16);
    for (let columns = 80; columns <= 200; columns += 1)
      for (let rows = 17; rows <= 60; rows += 1) {
        const rect = rectOf(layOut(columns, rows, 'payload'), 'payload');
        if (rect === null || hexDump(bytes, 0, payloadCells(rect)).length > 1) expect.fail(`${columns}x${rows}`);
      }
  });

  it('shows in a larger window all that a smaller one shows', () => {
    const columnsAt = (layout: Layout): readonly string[] => {
      const rect = rectOf(layout, 'connections');
      return rect === null ? [] : tableFor(rect.width - 3, { digits: 2, listeners: 1 }).columns.map(({ name }) => name);
    };
    const steps = [
      [
        [80, 24],
        [100, 30],
      ],
      [
        [60, 20],
        [80, 24],
      ],
      [
        [100, 30],
        [120, 34],
      ],
      [
        [100, 30],
        [120, 30],
      ],
      [
        [119, 40],
        [120, 40],
      ],
      [
        [120, 34],
        [160, 50],
      ],
      [
        [160, 50],
        [200, 60],
      ],
    ] as const;
    for (const [[c1, r1], [c2, r2]] of steps) {
      const [small, large] = [layOut(c1, r1), layOut(c2, r2)];
      expect(visible(large), `${c2}x${r2}`).toEqual(expect.arrayContaining(visible(small)));
      expect(listRows(rectOf(large, 'connections'))).toBeGreaterThanOrEqual(listRows(rectOf(small, 'connections')));
      // At 80 columns the list has the whole width, and from 100 on it stands beside the stages.
      if (c1 >= 100) expect(columnsAt(large), `${c2}x${r2}`).toEqual(expect.arrayContaining([...columnsAt(small)]));
    }
  });
});
