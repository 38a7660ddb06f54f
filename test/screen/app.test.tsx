import { describe, expect, it } from 'vitest';
import type { View } from '../../src/model/view.ts';
import { cellWidth } from '../../src/text/width.ts';
import { busy, connection, quiet, received, sent, snapshot } from './fixture.ts';
import { open } from './open.tsx';

describe('the selection', () => {
  it('stays with its connection while others come and go', async () => {
    const drawing = await open(busy, 100, 30);
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('jj');
    await drawing.until(/▸ 12 .*CLOSE_WAIT/);
    const connections = busy.snapshot.connections.all;
    const newcomers = [connection(16), connection(15)];
    drawing.feed.show({ ...busy, snapshot: snapshot([...newcomers, ...connections.slice(1)]) });
    await drawing.until(/ {2}16 127/);
    expect(drawing.text()).toMatch(/▸ 12 /);
    expect(drawing.text()).toContain('─ Payload #12 ─');
  });

  it('stays on view in a list that is longer than the pane', async () => {
    const many = Array.from({ length: 345 }, (_, index) => connection(345 - index));
    const drawing = await open({ ...quiet, snapshot: snapshot(many) }, 80, 24);
    expect(drawing.grid()[1]).toContain(' 1/345 ');
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('G');
    await drawing.until(' 345/345 ');
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
    expect(drawing.intents).toContainEqual({ type: 'send', bytes: new TextEncoder().encode('one\ntwo') });
  });
});

describe('the transcript', () => {
  it('draws the escape sequences of peers as text', async () => {
    const nasty = '\x1b[2J\x1b]0;title\x07\x9b31m\u202Eevil';
    const drawing = await open({ ...busy, transcript: [received(1, nasty, null)] }, 80, 24);
    expect(drawing.text()).toContain('← \\x1B[2J\\x1B]0;title\\x07\\x9B31m\\u{202E}evil');
  });

  it('stays where it is read while new messages come, and counts them', async () => {
    const first = Array.from({ length: 30 }, (_, index) => sent(index + 1, `message ${index + 1}`));
    const drawing = await open({ ...busy, transcript: first }, 80, 24);
    await drawing.press('pageup');
    await drawing.until('↓ 3 newer');
    const before = drawing.grid().slice(17, 21);
    drawing.feed.show({ ...busy, transcript: [...first, sent(31, 'message 31')] });
    await drawing.until('↓ 4 newer');
    expect(drawing.grid().slice(17, 21)).toEqual(before);
    await drawing.press('pagedown', 'pagedown');
    await drawing.until('message 31');
  });
});

describe('the order', () => {
  it('shows its top when it changes, wherever the selection is', async () => {
    const many = Array.from({ length: 345 }, (_, index) => connection(345 - index, { bytesIn: index }));
    const drawing = await open({ ...quiet, snapshot: snapshot(many) }, 80, 24);
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('G');
    await drawing.until(' 345/345 ');
    await drawing.type('ssss');
    await drawing.type('S');
    await drawing.until(/opened▼/u);
    await drawing.type('sS');
    await drawing.until(/in▲/u);
    await drawing.until(/│ +345 127/u);
    expect(drawing.text()).toContain('─ Payload #1 ─');
  });
});

describe('help', () => {
  it('takes all of a small window but the footer', async () => {
    const drawing = await open(busy, 40, 10);
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('?');
    await drawing.until('╭─ Help ');
    expect(drawing.grid()).toMatchInlineSnapshot(`
      [
        "╭─ Help ───────────────────────────────╮",
        "│ find: type what you look for         │",
        "│                                      │",
        "│ List                                 │",
        "│  ↑↓             Selects the          │",
        "│                 connection above or  │",
        "│                 below.               │",
        "│  Enter          Goes to the payload  │",
        "╰─ ↓ 310 more ─────────────────────────╯",
        " ↑↓ move  Esc close  Ctrl-C quit",
      ]
    `);
  });

  it('has two columns where there is room for them', async () => {
    const drawing = await open(busy, 200, 60);
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('?');
    await drawing.until(/╭─ Help .*\n.*\n.*\n.*│ List {20,}[A-Z]/u);
    expect(drawing.text()).toMatch(/│ {2}↑↓ +Selects the connection above or below\. {5,}\S/u);
  });

  it('lies above the panes, finds what is typed, and closes', async () => {
    const drawing = await open(busy, 80, 24);
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    const before = drawing.grid();
    await drawing.type('?reset');
    await drawing.until(/╭─ Help .*\n│ find: reset +│\n.*\n│ Selected connection +│\n│ +X +Resets it \(RST\)/u);
    expect(drawing.cursor()).toEqual({ row: 2, column: 13, visible: true });
    await drawing.press('escape');
    await drawing.until((grid) => grid.join('\n') === before.join('\n'));
  });
});

describe('a wire that has failed', () => {
  const failed: View = { ...busy, failure: 'out of luck' };

  it.each([
    [40, 10],
    [60, 20],
    [160, 50],
  ])('says so at %ix%i, and which key restarts it', async (columns, rows) => {
    const drawing = await open(failed, columns, rows);
    const words = ' ! the wire has failed, Ctrl-R restarts it: out of luck';
    expect(drawing.grid()[1]).toBe(columns < words.length ? `${words.slice(0, columns - 1)}…` : words);
    expect(drawing.grid().at(-1)).toMatch(/^ Ctrl-R restart {2}/);
    expect(drawing.grid().every((line) => cellWidth(line) <= columns)).toBe(true);
    await drawing.press('ctrl-r');
    await expect.poll(() => drawing.intents).toEqual([{ type: 'restart' }]);
  });

  it('leaves its last picture standing still, until it runs again', async () => {
    const drawing = await open(busy, 100, 30);
    drawing.feed.show(failed);
    await drawing.until('the wire has failed');
    expect(drawing.grid()[0]).toMatch(/^ frozen at 10:42:07 /);
    const [first, ...others] = busy.snapshot.connections.all;
    if (first === undefined) throw new Error('no connection');
    const later = snapshot([{ ...first, bytesIn: 777_777 }, ...others]);
    drawing.feed.show({ ...failed, snapshot: later, notice: 'something else' });
    await drawing.type('still typed');
    await drawing.until('still typed');
    expect(drawing.text()).not.toMatch(/778 kB|something else/);
    drawing.feed.show({ ...busy, snapshot: later });
    await drawing.until('778 kB');
    expect(drawing.grid()[0]).toMatch(/^ echoscope/);
    expect(drawing.text()).not.toContain('failed');
  });
});

describe('Ctrl-Z', () => {
  it('gives the terminal back until the process goes on, and then draws everything again', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const drawing = await open(busy, 80, 24, () => promise);
    const before = drawing.grid();
    await drawing.press('ctrl-z');
    // One write after the other hands it back.
    await drawing.until(() => {
      const { alternateScreen, bracketedPaste, cursorHidden } = drawing.modes();
      return !alternateScreen && !bracketedPaste && !cursorHidden;
    });
    resolve();
    await drawing.until((grid) => drawing.modes().alternateScreen && grid.join('\n') === before.join('\n'));
  });
});
