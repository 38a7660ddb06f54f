import { describe, expect, it } from 'vitest';
import type { View } from '../../../src/model/view.ts';
import { toClipboard } from '../../../src/screen/clipboard.ts';
import { layOut } from '../../../src/screen/layout.ts';
import { busy, connection, quiet, snapshot } from '../fixture.ts';
import { open } from '../open.tsx';

const sizes = [
  [160, 50],
  [100, 30],
  [80, 24],
  [60, 20],
  [40, 10],
] as const;

const openList = async (view: View, columns: number, rows: number) => {
  const drawing = await open(view, columns, rows);
  await drawing.press('escape');
  await drawing.until('┤ Connections ├');
  return drawing;
};

/** The numbers of the rows on view. */
const idsOf = (grid: readonly string[]): readonly number[] =>
  grid.flatMap((line) => /^│[▸ ][!‖x ] *(\d+) /u.exec(line)?.[1] ?? []).map(Number);

describe.each(sizes)('listView at %i by %i', (columns, rows) => {
  /** Every edge of the list stands in its column. */
  const checkList = (cells: Awaited<ReturnType<typeof openList>>['cells']) => {
    const layout = layOut({ columns, rows, recent: ['connections'], hasNotice: false, isZoomed: false });
    if (layout.kind === 'cramped' || layout.panes.connections === null) throw new Error('no list');
    const { left, top, width, height } = layout.panes.connections;
    const edges = cells()
      .slice(top + 1, top + height - 1)
      .map((row) => `${row[left]?.glyph}${row[left + width - 1]?.glyph}`);
    expect(edges).toEqual(edges.map(() => '││'));
  };

  it('filters while it is typed, says what is wrong, and how many match', async () => {
    const drawing = await openList(busy, columns, rows);
    await drawing.type('/state:est in:>');
    await drawing.until(/\/state:est in:> .*\n│ ! in: wants a value/u);
    checkList(drawing.cells);
    await drawing.type('1MB');
    await drawing.until(/┤ Connections 1 of 6 \/state:est i/u);
    expect(idsOf(drawing.grid())).toEqual([13]);
    expect(drawing.cursor()).toMatchObject({ visible: true, column: 2 + '/state:est in:>1MB'.length });
    checkList(drawing.cells);
    await drawing.press('enter', 'escape');
    await drawing.until('┤ Connections ├');
  });

  it('sorts, and the heading or the title says how', async () => {
    const drawing = await openList(busy, columns, rows);
    await drawing.type('sssss');
    await drawing.until(/ in▼ /u);
    expect(idsOf(drawing.grid())).toEqual([13, 14, 9, 11, 12, 10].slice(0, idsOf(drawing.grid()).length));
    await drawing.type('S');
    await drawing.until(/ in▲ /u);
    await drawing.type('sss');
    await drawing.until(/ out\/s▼ /u);
    checkList(drawing.cells);
  });

  it('stands still while frozen, and can still be looked through', async () => {
    const drawing = await openList(busy, columns, rows);
    await drawing.type(' ');
    await drawing.until('frozen at 10:42:07');
    drawing.feed.show({ ...busy, client: quiet.client, snapshot: snapshot([connection(99)]) });
    await drawing.press('down', 'down');
    await drawing.until(/▸ 12 /u);
    expect(drawing.text()).not.toContain(' 99 ');
    // Ours then, though our client has gone since.
    expect(drawing.text()).toMatch(/11 +(?:you:53011|127\.0\.0\.1:53011 you) |▸ 12 .*\n╰/u);
    await drawing.type(' ');
    await drawing.until(/▸ 99 /u);
    expect(drawing.text()).not.toContain('frozen');
  });

  it('shows the commands that play a peer again', async () => {
    const drawing = await openList(busy, columns, rows);
    await drawing.type('c');
    await drawing.until('─ Play #14 again ─');
    expect(drawing.text()).toMatch(/▸ nc +nc 127\.0\.0\.1 8080 /u);
    await drawing.press('down');
    await drawing.until(/▸ ncat /u);
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
  });

  it('asks what to send', async () => {
    const drawing = await openList(busy, columns, rows);
    await drawing.type('w안녕 👋');
    await drawing.until('send to #14: 안녕 👋');
    checkList(drawing.cells);
    await drawing.press('enter');
    // The line stays open for the next message.
    await drawing.until('send to #14: ');
    await drawing.press('escape');
    await drawing.until((grid) => !grid.join().includes('send to #14'));
    await drawing.type('W');
    await drawing.until('send to all: ');
    await drawing.press('escape');
    await drawing.until((grid) => !grid.join().includes('send to all'));
    expect(drawing.intents).toContainEqual({
      type: 'connection',
      id: 14,
      request: { type: 'write', bytes: new TextEncoder().encode('안녕 👋') },
    });
  });
});

describe('a list that is filtered', () => {
  it('names the key that clears a filter which matches nothing', async () => {
    const drawing = await openList(busy, 80, 24);
    await drawing.type('/udp');
    await drawing.press('enter');
    await drawing.until('┤ Connections 0 of 6 /udp ├');
    expect(drawing.text()).toContain('None of them matches the filter. Esc clears it.');
  });

  it('goes by time as well', async () => {
    const drawing = await openList(busy, 80, 24);
    await drawing.type('/age:>30s !closed');
    await drawing.until('Connections 2 of 6');
    expect(idsOf(drawing.grid())).toEqual([12, 11]);
  });

  it('takes a paste', async () => {
    const drawing = await openList(busy, 80, 24);
    await drawing.type('/');
    await drawing.until('text, udp,');
    await drawing.paste('state:\x1b[2Jclose_wait');
    await drawing.until('/state:\\x1B[2Jclose_wait');
  });
});

describe('the clipboard', () => {
  it('gets a text as base64 in one escape sequence, which no byte of the text can end', () => {
    expect(toClipboard('nc 안 \x07\x1b\\')).toBe(`\x1b]52;c;${Buffer.from('nc 안 \x07\x1b\\').toString('base64')}\x07`);
    expect(toClipboard('x'.repeat(5000))).toBe('');
  });
});
