import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Layout, layOut, panes, type Rect, smallest } from '../../src/screen/layout.ts';

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

const visible = (layout: Layout) =>
  layout.kind === 'cramped' ? [] : panes.filter((pane) => layout.panes[pane] !== null);

describe('layout', () => {
  it('covers every cell of every window exactly once', () => {
    const window = fc.record({
      columns: fc.integer({ min: smallest.columns, max: 200 }),
      rows: fc.integer({ min: smallest.rows, max: 60 }),
      focus: fc.constantFrom(...panes),
      hasNotice: fc.boolean(),
    });
    fc.assert(
      fc.property(window, ({ columns, rows, focus, hasNotice }) => {
        const counts = coverage(layOut(columns, rows, focus, hasNotice));
        expect(counts.size).toBe(columns * rows);
        expect(counts.has(`${columns - 1},${rows - 1}`)).toBe(true);
        expect(new Set(counts.values())).toEqual(new Set([1]));
      }),
      { numRuns: 150 },
    );
  });

  it('sums to the window at every size', () => {
    for (let columns = 40; columns <= 200; columns += 1) {
      for (let rows = 10; rows <= 60; rows += 1) {
        for (const focus of panes) {
          const cells = rectsOf(layOut(columns, rows, focus, true)).reduce((sum, r) => sum + r.width * r.height, 0);
          if (cells !== columns * rows) expect.fail(`${columns}x${rows} with ${focus} in focus covers ${cells} cells`);
        }
      }
    }
  });

  it('gives every pane on view a heading and two lines at least', () => {
    for (let columns = 40; columns <= 200; columns += 1) {
      for (let rows = 10; rows <= 60; rows += 1) {
        const layout = layOut(columns, rows, 'client', true);
        if (layout.kind === 'cramped') expect.fail('cramped');
        else for (const pane of panes) expect(layout.panes[pane]?.height ?? 5).toBeGreaterThanOrEqual(5);
      }
    }
  });

  it.each([
    [160, 50, 'columns'],
    [100, 30, 'columns'],
    [99, 30, 'stack'],
    [80, 24, 'stack'],
    [60, 20, 'tabs'],
    [200, 12, 'tabs'],
    [40, 10, 'tabs'],
    [39, 10, 'cramped'],
    [40, 9, 'cramped'],
  ] as const)('lays %i by %i out as %s', (columns, rows, kind) => {
    expect(layOut(columns, rows, 'client', false).kind).toBe(kind);
  });

  it('shows the pane in focus alone where there are tabs', () => {
    for (const pane of panes) expect(visible(layOut(60, 20, pane, false))).toEqual([pane]);
    expect(visible(layOut(80, 24, 'counters', false))).toEqual(panes);
  });
});
