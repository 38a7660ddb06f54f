import { describe, expect, it } from 'vitest';
import { layOut, type Rect } from '../../../src/screen/layout.ts';
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
    [160, 50],
    [100, 30],
    [80, 24],
    [72, 22],
    [60, 20],
    [40, 10],
  ])('keeps every border in its column at %i by %i', async (columns, rows) => {
    const drawing = await open({ ...busy, notice: 'port 8080 is taken: listening on 40123' }, columns, rows);
    const check = () => {
      const focus = drawing.text().includes('[Conn')
        ? 'connections'
        : drawing.text().includes('[Count')
          ? 'counters'
          : 'client';
      const layout = layOut(columns, rows, focus, true);
      if (layout.kind === 'cramped') expect.fail('cramped');
      else
        for (const rect of Object.values(layout.panes))
          if (rect !== null) expect(edges(drawing, rect)).toEqual(frameEdges(rect.height));
    };
    check();
    await drawing.type('안녕하세요 👋 e\u0301 세상 '.repeat(3));
    check();
    await drawing.press('tab');
    await drawing.until(/┤ Connections ├/);
    check();
    await drawing.press('tab');
    await drawing.until(/┤ Counters #11 ├/);
    check();
  });

  it('shows both columns from 100 by 30 on', async () => {
    const drawing = await open(busy, 110, 26);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " echoscope  tcp://127.0.0.1:8080  echo chunk                4 open · 14 served · in  1.2 MB/s · out  1.2 MB/s",
        "╭─ Connections ────────────────────────────────────────────────╮╭┤ Client → 127.0.0.1:8080 ├──────── online ─╮",
        "│   # peer                state         opened      in     out ││                                            │",
        "│ !14 127.0.0.1:53014     ESTABLISHED 10:41:55 65.5 kB  4.1 kB ││                                            │",
        "│  13 127.0.0.1:53013     ESTABLISHED 10:41:55  1.2 MB  1.2 MB ││                                            │",
        "│  12 127.0.0.1:53012     CLOSE_WAIT  10:41:27    12 B     0 B ││                                            │",
        "│▸ 11 127.0.0.1:53011 you ESTABLISHED 10:40:04    22 B    22 B ││                                            │",
        "│  10 127.0.0.1:53010     fin         10:37:07     5 B     5 B ││                                            │",
        "│   9 [2001:db8::d…:40001 reset       10:35:27   900 B   450 B ││                                            │",
        "│                                                              ││                                            │",
        "│                                                              ││                                            │",
        "│                                                              ││ 10:42:07 · connected to 127.0.0.1:8080     │",
        "│                                                              ││ 10:42:07 → hello                           │",
        "│                                                              ││ 10:42:07 ← hello                   0.21 ms │",
        "│                                                              ││ 10:42:31 → 안녕하세요 👋 세상              │",
        "╰──────────────────────────────────────────────────────────────╯│ 10:42:31 ← 안녕하세요 👋 세상      0.19 ms │",
        "╭─ Counters #11 ───────────────────────────── 127.0.0.1:53011 ─╮│ 10:43:07 → A longer message, which has to  │",
        "│ in             22 B       3 reads       0 B/s  ▇▆▅▄▁▁▁▁▁▁▁▁▁ ││            go on below its own beginning,  │",
        "│ out            22 B       3 writes      0 B/s  ▇▆▅▄▁▁▁▁▁▁▁▁▁ ││            not below the time.             │",
        "│                                                              ││ 10:43:07 ← A longer message, which has to  │",
        "│ ESTABLISHED · echo chunk · owed 0 B · opened Jan  5 10:40:04 ││            go on below its own beginning,  │",
        "│ accept ─ recv +5.00 ms ─ send +5.10 ms                       ││            not below the time.     1.40 ms │",
        "│                                                              ││ ────────────────────────────────────────── │",
        "│                                                              ││ › type a message, or / for commands        │",
        "╰──────────────────────────────────────────────────────────────╯╰────────────────────────────────────────────╯",
        " Enter send  Esc list  ↑↓ history  Tab next pane  Ctrl-R reconnect  Ctrl-C quit",
      ]
    `);
  });

  it('stacks the panes at 80 by 24', async () => {
    const drawing = await open(busy, 80, 24);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " echoscope  tcp://127.0.0.1:8080  echo chunk                 4 open · 14 served",
        "╭─ Connections ────────────────────────────────────────────────────────── 4/6 ─╮",
        "│   # peer                state         opened      in     out    in/s   out/s │",
        "│ !14 127.0.0.1:53014     ESTABLISHED 10:41:55 65.5 kB  4.1 kB     0 B     0 B │",
        "│  13 127.0.0.1:53013     ESTABLISHED 10:41:55  1.2 MB  1.2 MB  1.2 MB  1.2 MB │",
        "│  12 127.0.0.1:53012     CLOSE_WAIT  10:41:27    12 B     0 B     0 B     0 B │",
        "│▸ 11 127.0.0.1:53011 you ESTABLISHED 10:40:04    22 B    22 B     0 B     0 B │",
        "╰──────────────────────────────────────────────────────────────────────────────╯",
        "╭─ Counters #11 ───────────────────────────────────────────── 127.0.0.1:53011 ─╮",
        "│ in             22 B       3 reads       0 B/s  ▄▅▅▆▆▇▇▇▇▇▇▇▇▆▆▅▅▄▃▃▁▁▁▁▁▁▁▁▁ │",
        "│ out            22 B       3 writes      0 B/s  ▄▅▅▆▆▇▇▇▇▇▇▇▇▆▆▅▅▄▃▃▁▁▁▁▁▁▁▁▁ │",
        "│                                                                              │",
        "│ ESTABLISHED · echo chunk · owed 0 B · opened Jan  5 10:40:04                 │",
        "│ accept ─ recv +5.00 ms ─ send +5.10 ms                                       │",
        "╰──────────────────────────────────────────────────────────────────────────────╯",
        "╭┤ Client → 127.0.0.1:8080 ├─────────────────────────── echo compared, online ─╮",
        "│ 10:42:31 ← 안녕하세요 👋 세상                                        0.19 ms │",
        "│ 10:43:07 → A longer message, which has to go on below its own beginning, not │",
        "│            below the time.                                                   │",
        "│ 10:43:07 ← A longer message, which has to go on below its own beginning, not │",
        "│            below the time.                                           1.40 ms │",
        "│ › type a message, or / for commands                                          │",
        "╰──────────────────────────────────────────────────────────────────────────────╯",
        " Enter send  Esc list  ↑↓ history  Tab next pane  Ctrl-R reconnect  Ctrl-C quit",
      ]
    `);
  });

  it('shows one pane at a time at 60 by 20', async () => {
    const drawing = await open(busy, 60, 20);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " echoscope  tcp://127.0.0.1:8080  echo chunk         4 open",
        " Connections  Counters [Client]",
        "╭┤ Client → 127.0.0.1:8080 ├─────── echo compared, online ─╮",
        "│                                                          │",
        "│                                                          │",
        "│                                                          │",
        "│ 10:42:07 · connected to 127.0.0.1:8080                   │",
        "│ 10:42:07 → hello                                         │",
        "│ 10:42:07 ← hello                                 0.21 ms │",
        "│ 10:42:31 → 안녕하세요 👋 세상                            │",
        "│ 10:42:31 ← 안녕하세요 👋 세상                    0.19 ms │",
        "│ 10:43:07 → A longer message, which has to go on below    │",
        "│            its own beginning, not below the time.        │",
        "│ 10:43:07 ← A longer message, which has to go on below    │",
        "│            its own beginning, not below the time.        │",
        "│                                                  1.40 ms │",
        "│ ──────────────────────────────────────────────────────── │",
        "│ › type a message, or / for commands                      │",
        "╰──────────────────────────────────────────────────────────╯",
        " Enter send  Esc list  ↑↓ history  Ctrl-C quit",
      ]
    `);
  });

  it('has a list, counters and a chat at 40 by 10', async () => {
    const drawing = await open(busy, 40, 10);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " tcp://127.0.0.1:8080            4 open",
        " Connections  Counters [Client]",
        "╭┤ Client → 127.0.0.1:8080 ├── online ─╮",
        "│ 10:43:07 ← A longer message, which   │",
        "│            has to go on below its    │",
        "│            own beginning, not below  │",
        "│            the time.         1.40 ms │",
        "│ › type a message, or / for commands  │",
        "╰──────────────────────────────────────╯",
        " Enter send  Esc list  Ctrl-C quit",
      ]
    `);
    await drawing.press('tab');
    await drawing.until(/┤ Connections/);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " tcp://127.0.0.1:8080            4 open",
        "[Connections] Counters  Client",
        "╭┤ Connections ├───────────────── 4/6 ─╮",
        "│   # peer                 state       │",
        "│ !14 127.0.0.1:53014      ESTABLISHED │",
        "│  13 127.0.0.1:53013      ESTABLISHED │",
        "│  12 127.0.0.1:53012      CLOSE_WAIT  │",
        "│▸ 11 127.0.0.1:53011 you  ESTABLISHED │",
        "╰──────────────────────────────────────╯",
        " Enter detail  ↑↓ select  ? help  q quit",
      ]
    `);
    await drawing.press('tab');
    await drawing.until(/┤ Counters/);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " tcp://127.0.0.1:8080            4 open",
        " Connections [Counters] Client",
        "╭┤ Counters #11 ├──── 127.0.0.1:53011 ─╮",
        "│ in             22 B      0 B/s       │",
        "│ out            22 B      0 B/s       │",
        "│ ESTABLISHED · echo chunk · owed 0 B  │",
        "│ accept ─ recv +5.00 ms               │",
        "│ ─ send +5.10 ms                      │",
        "╰──────────────────────────────────────╯",
        " Enter detail  Esc list  ? help  q quit",
      ]
    `);
  });

  it('says how much room it needs where there is too little', async () => {
    const drawing = await open(busy, 30, 5);
    expect(drawing.grid()).toEqual(['', '', ' Needs 40x10 cells, has 30x5', '', '']);
  });

  it('invites the first client', async () => {
    const drawing = await open(quiet, 80, 24);
    expect(drawing.grid().slice(0, 4)).toMatchInlineSnapshot(`
      [
        " echoscope  tcp://127.0.0.1:8080  echo chunk                  0 open · 0 served",
        "╭─ Connections ────────────────────────────────────────────────────────────────╮",
        "│ No connections yet. From another terminal:                                   │",
        "│   nc 127.0.0.1 8080                                                          │",
      ]
    `);
  });

  it('shows a notice below the header', async () => {
    const drawing = await open({ ...quiet, notice: 'port 8080 is taken: listening on \x1b[31m40123' }, 80, 24);
    expect(drawing.grid()[1]).toBe(' ! port 8080 is taken: listening on \\x1B[31m40123');
  });
});
