import { afterEach, describe, expect, it } from 'vitest';
import type { View } from '../../src/model/view.ts';
import { App } from '../../src/screen/app.tsx';
import type { Intent } from '../../src/screen/intent.ts';
import { layOut, type Rect } from '../../src/screen/layout.ts';
import { type Drawing, draw } from '../support/ink.ts';
import { busy, connection, fakeFeed, minute, now, quiet, received, sent, snapshot } from './fixture.ts';

const drawings: Drawing[] = [];
afterEach(async () => {
  for (const drawing of drawings.splice(0)) await drawing.unmount();
});

const open = async (view: View, columns: number, rows: number) => {
  const feed = fakeFeed(view, minute);
  const intents: Intent[] = [];
  const app = <App feed={feed} act={(intent) => intents.push(intent)} now={now} suspend={() => Promise.resolve()} />;
  const drawing = await draw(app, { columns, rows });
  drawings.push(drawing);
  return { ...drawing, feed, intents };
};

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
        "│   # peer                state            age      in     out ││                                            │",
        "│ !14 127.0.0.1:53014     ESTABLISHED    00:12 65.5 kB  4.1 kB ││                                            │",
        "│  13 127.0.0.1:53013     ESTABLISHED    00:12  1.2 MB  1.2 MB ││                                            │",
        "│  12 127.0.0.1:53012     CLOSE_WAIT     00:40    12 B     0 B ││                                            │",
        "│▸ 11 127.0.0.1:53011 you ESTABLISHED    02:03    22 B    22 B ││                                            │",
        "│  10 127.0.0.1:53010     fin            00:02     5 B     5 B ││                                            │",
        "│   9 [2001:db8::d…:40001 reset          01:02   900 B   450 B ││                                            │",
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
        "│ ESTABLISHED · echo chunk · owed 0 B                          ││            go on below its own beginning,  │",
        "│ accept ─ recv +5.00 ms ─ send +5.10 ms                       ││            not below the time.     1.40 ms │",
        "│                                                              ││ ────────────────────────────────────────── │",
        "│                                                              ││ › type a message                           │",
        "╰──────────────────────────────────────────────────────────────╯╰────────────────────────────────────────────╯",
        " Enter send  Esc list  ↑↓ scroll  Tab next pane  Ctrl-R reconnect  Ctrl-C quit",
      ]
    `);
  });

  it('stacks the panes at 80 by 24', async () => {
    const drawing = await open(busy, 80, 24);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " echoscope  tcp://127.0.0.1:8080  echo chunk                 4 open · 14 served",
        "╭─ Connections ────────────────────────────────────────────────────────── 4/6 ─╮",
        "│   # peer            state            age      in     out      in/s     out/s │",
        "│ !14 127.0.0.1:53014 ESTABLISHED    00:12 65.5 kB  4.1 kB     0 B/s     0 B/s │",
        "│  13 127.0.0.1:53013 ESTABLISHED    00:12  1.2 MB  1.2 MB  1.2 MB/s  1.2 MB/s │",
        "│  12 127.0.0.1:53012 CLOSE_WAIT     00:40    12 B     0 B     0 B/s     0 B/s │",
        "│▸ 11 you:53011       ESTABLISHED    02:03    22 B    22 B     0 B/s     0 B/s │",
        "╰──────────────────────────────────────────────────────────────────────────────╯",
        "╭─ Counters #11 ───────────────────────────────────────────── 127.0.0.1:53011 ─╮",
        "│ in             22 B       3 reads       0 B/s  ▄▅▅▆▆▇▇▇▇▇▇▇▇▆▆▅▅▄▃▃▁▁▁▁▁▁▁▁▁ │",
        "│ out            22 B       3 writes      0 B/s  ▄▅▅▆▆▇▇▇▇▇▇▇▇▆▆▅▅▄▃▃▁▁▁▁▁▁▁▁▁ │",
        "│                                                                              │",
        "│ ESTABLISHED · echo chunk · owed 0 B                                          │",
        "│ accept ─ recv +5.00 ms ─ send +5.10 ms                                       │",
        "╰──────────────────────────────────────────────────────────────────────────────╯",
        "╭┤ Client → 127.0.0.1:8080 ├────────────────────────────────────────── online ─╮",
        "│ 10:42:31 ← 안녕하세요 👋 세상                                        0.19 ms │",
        "│ 10:43:07 → A longer message, which has to go on below its own beginning, not │",
        "│            below the time.                                                   │",
        "│ 10:43:07 ← A longer message, which has to go on below its own beginning, not │",
        "│            below the time.                                           1.40 ms │",
        "│ › type a message                                                             │",
        "╰──────────────────────────────────────────────────────────────────────────────╯",
        " Enter send  Esc list  ↑↓ scroll  Tab next pane  Ctrl-R reconnect  Ctrl-C quit",
      ]
    `);
  });

  it('shows one pane at a time at 60 by 20', async () => {
    const drawing = await open(busy, 60, 20);
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        " echoscope  tcp://127.0.0.1:8080  echo chunk         4 open",
        " Connections  Counters [Client]",
        "╭┤ Client → 127.0.0.1:8080 ├────────────────────── online ─╮",
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
        "│ › type a message                                         │",
        "╰──────────────────────────────────────────────────────────╯",
        " Enter send  Esc list  ↑↓ scroll  Tab next pane  Ctrl-C quit",
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
        "│ › type a message                     │",
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
        " Enter counters  ? help  q quit",
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
        " Esc list  ↑↓ select  ? help  q quit",
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

describe('the selection', () => {
  it('stays with its connection while others come and go', async () => {
    const drawing = await open(busy, 100, 30);
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('k');
    await drawing.until(/▸ 12 .*CLOSE_WAIT/);
    const { connections } = busy.snapshot;
    const newcomers = [connection(16), connection(15)];
    drawing.feed.show({ ...busy, snapshot: snapshot([...newcomers, ...connections.slice(1)]) });
    await drawing.until(/ {2}16 127/);
    expect(drawing.text()).toMatch(/▸ 12 /);
    expect(drawing.text()).toContain('Counters #12');
  });

  it('stays on view in a list that is longer than the pane', async () => {
    const many = Array.from({ length: 345 }, (_, index) => connection(345 - index));
    const drawing = await open({ ...quiet, snapshot: snapshot(many) }, 80, 24);
    expect(drawing.grid()[1]).toContain(' 345/345 ');
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('g');
    await drawing.until(' 1/345 ');
    await drawing.press('pagedown', 'down', 'down');
    await drawing.until(' 6/345 ');
    expect(
      drawing
        .grid()
        .slice(3, 7)
        .map((line) => line.slice(1, 6)),
    ).toEqual([' 343'.padStart(5), '  342', '  341', '▸ 340']);
  });
});

describe('the prompt', () => {
  it('has the cursor of the terminal behind what is typed', async () => {
    const drawing = await open(busy, 80, 24);
    await drawing.type('a안👋');
    await drawing.until('› a안👋');
    expect(drawing.cursor()).toEqual({ row: 21, column: 9, visible: true });
    await drawing.press('left', 'backspace');
    await drawing.until('› a👋');
    expect(drawing.cursor()).toEqual({ row: 21, column: 5, visible: true });
  });

  it('hides the cursor while keys go elsewhere', async () => {
    const drawing = await open(busy, 80, 24);
    await drawing.press('tab');
    await drawing.until('┤ Connections ├');
    expect(drawing.cursor().visible).toBe(false);
  });

  it('takes a paste as one text, its line ends kept', async () => {
    const drawing = await open(busy, 80, 24);
    await drawing.paste('one\ntwo');
    await drawing.until('› one⏎two');
    expect(drawing.intents).toEqual([]);
    await drawing.press('enter');
    await drawing.until('type a message');
    expect(drawing.intents).toEqual([{ type: 'send', text: 'one\ntwo' }]);
  });
});

describe('the transcript', () => {
  it('draws what peers send without obeying it', async () => {
    const nasty = '\x1b[2J\x1b]0;title\x07\x9b31m\u202Eevil';
    const drawing = await open({ ...busy, transcript: [received(1, nasty, null)] }, 80, 24);
    expect(drawing.text()).toContain('← \\x1B[2J\\x1B]0;title\\x07\\x9B31m\\u{202E}evil');
  });

  it('stays where it is read while new messages come, and says so', async () => {
    const first = Array.from({ length: 30 }, (_, index) => sent(index + 1, `message ${index + 1}`));
    const drawing = await open({ ...busy, transcript: first }, 80, 24);
    await drawing.press('pageup');
    await drawing.until('↓ 4 newer');
    const before = drawing.grid().slice(16, 21);
    drawing.feed.show({ ...busy, transcript: [...first, sent(31, 'message 31')] });
    await drawing.until('↓ 5 newer');
    expect(drawing.grid().slice(16, 21)).toEqual(before);
    await drawing.press('pagedown', 'pagedown');
    await drawing.until('message 31');
  });
});

describe('help', () => {
  it('lies above the panes, and closes', async () => {
    const drawing = await open(busy, 80, 24);
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    const before = drawing.grid();
    await drawing.type('?');
    await drawing.until('╭─ Keys ');
    expect(drawing.text()).toMatch(/│ {3}Enter +send +│/);
    await drawing.press('escape');
    await drawing.until((grid) => grid.join('\n') === before.join('\n'));
  });
});
